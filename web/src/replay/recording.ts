import type { DrawingElement } from '@/drawing/element'
import { languageOfPath } from '@/room/fileNames'
import type { AnswerName, ChatMessage, FileList, FileName, Range, Role, Run } from '@/room/protocol'
import { DrawingHistory } from './drawingHistory'
import { DocumentHistory } from './history'
import type { ReplayEvent, ReplayLog } from './log'
import { countUpTo } from './sorted'

/** What a moment is shown as on the timeline. */
export type MomentKind = 'edit' | 'paste' | 'file' | 'drawing' | 'run' | 'test' | 'chat' | 'note' | 'sign' | 'room'

export const momentKinds: readonly MomentKind[] = ['edit', 'paste', 'file', 'drawing', 'run', 'test', 'chat', 'note', 'sign', 'room']

/** Something that happened. Edits have no event. Of drawing without a pause the start has one, with all its elements. */
export interface Moment {
  /** milliseconds since the start */
  time: number
  kind: MomentKind
  actor: string
  event?: ReplayEvent
}

export interface RecordedPerson {
  id: string
  name: string
  role: Role
  /** 0 to 7 */
  color: number
}

export interface RecordedCursor {
  time: number
  doc: string
  version: number
  ranges: Range[]
}

/** The state of the room at a time, apart from the documents. */
export interface RecordedState {
  /** document of the current answer */
  answer: AnswerName
  /** language of each answer for which one was chosen */
  languages: Partial<Record<AnswerName, string>>
  /** files of each answer whose files were changed */
  files: Partial<Record<AnswerName, FileList>>
  /** title of the question */
  question: string
  chat: ChatMessage[]
  runs: Run[]
  /** ids of the participants in the room */
  present: string[]
  cursors: Record<string, RecordedCursor>
}

const emptyState: RecordedState = { answer: 'code', languages: {}, files: {}, question: '', chat: [], runs: [], present: [], cursors: {} }

const momentKindOf: Partial<Record<ReplayEvent['kind'], MomentKind>> = {
  paste: 'paste',
  run: 'run',
  finish: 'run',
  chat: 'chat',
  focus: 'sign',
  blur: 'sign',
  join: 'room',
  leave: 'room',
  knock: 'room',
  admit: 'room',
  turn_away: 'room',
  start: 'room',
  end: 'room',
  extend: 'room',
  reopen: 'room',
  language: 'room',
  problem: 'room',
  question_add: 'room',
  question_done: 'room',
  file_create: 'file',
  file_rename: 'file',
  file_delete: 'file',
  file_entry: 'file',
}

const MAX_RUNS = 20

/** Updates of a participant with shorter pauses, in milliseconds, are listed as one event. */
const DRAWING_PAUSE = 10_000

/** The files of an answer. Without a change it has one, whose name follows from its language. */
export function filesOf({ files }: RecordedState, answer: AnswerName): FileList {
  return files[answer] ?? { entry: answer, files: [{ doc: answer }] }
}

/** The language of an answer: that of the name of its entry, else the one that was chosen. */
export function languageOf(state: RecordedState, answer: AnswerName): string {
  const { entry, files } = filesOf(state, answer)
  return languageOfPath(files.find(({ doc }) => doc === entry)?.path ?? '') || (state.languages[answer] ?? '')
}

/** The file of the last edit before a time; the entry before the first one. */
export function lastEditedFile(recording: Recording, answer: AnswerName, time: number): FileName {
  const { entry, files } = filesOf(recording.stateAt(time), answer)
  let last = { doc: entry, time: -1 }
  for (const { doc } of files) {
    const history = recording.documents.get(doc)
    const version = history?.versionAt(time) ?? 0
    const edited = version > 0 ? (history?.times[version - 1] ?? -1) : -1
    if (edited > last.time) last = { doc, time: edited }
  }
  return last.doc
}

/** A log prepared for the player. */
export class Recording {
  /** Milliseconds since 1970 of the first entry. */
  readonly start: number
  /** in milliseconds */
  readonly duration: number
  readonly people = new Map<string, RecordedPerson>()
  readonly documents = new Map<string, DocumentHistory>()
  readonly drawing: DrawingHistory
  /** ascending by time */
  readonly moments: Moment[]
  private readonly userIds = new Map<string, string>()
  private readonly events: ReplayEvent[]
  private readonly eventTimes: number[]
  private folded = { count: 0, state: emptyState }

  constructor(log: ReplayLog) {
    this.events = log.events
    const firstTimes = [...log.documents.map(({ updates }) => updates[0]?.at), log.events[0]?.at]
    const starts = firstTimes.filter((at) => at !== undefined).map((at) => Date.parse(at))
    this.start = starts.length > 0 ? Math.min(...starts) : 0
    // Replicas have clocks of their own: a time is never before that of the preceding event.
    let last = 0
    this.eventTimes = log.events.map(({ at }) => (last = Math.max(last, Date.parse(at) - this.start)))
    for (const { doc, updates } of log.documents) this.documents.set(doc, new DocumentHistory(updates, this.start))
    const drawn = log.events.flatMap((event, index) => (event.kind === 'drawing' ? [{ elements: event.data.elements, time: this.eventTimes[index] as number }] : []))
    this.drawing = new DrawingHistory(drawn.map(({ elements }) => elements), drawn.map(({ time }) => time))
    this.collectPeople()
    this.moments = this.collectMoments()
    this.duration = Math.max(0, last, ...[...this.documents.values()].map(({ times }) => times.at(-1) ?? 0))
  }

  get isEmpty(): boolean {
    return this.moments.length === 0
  }

  /** Name of a participant; the userid, or else the id, of one who never joined. */
  nameOf(id: string): string {
    return this.people.get(id)?.name ?? this.userIds.get(id) ?? id
  }

  /** The state at a time. Going back folds the events from the start again. */
  stateAt(time: number): RecordedState {
    const count = countUpTo(this.eventTimes, time)
    if (count < this.folded.count) this.folded = { count: 0, state: emptyState }
    let { state } = this.folded
    for (const event of this.events.slice(this.folded.count, count)) state = applyEvent(state, event, this.start)
    this.folded = { count, state }
    return state
  }

  /** The cursors in a document at a version and time, by participant. */
  cursorsAt(doc: string, version: number, time: number): Map<string, Range[]> {
    const out = new Map<string, Range[]>()
    const history = this.documents.get(doc)
    if (!history) return out
    const { present, cursors } = this.stateAt(time)
    for (const id of present) {
      const cursor = cursors[id]
      const update = history.lastUpdateOf(id, version)
      const edited = update < 0 ? -1 : (history.times[update] as number)
      if (cursor && cursor.doc === doc && cursor.version <= version && cursor.time >= edited) {
        out.set(id, history.mapRanges(cursor.ranges, cursor.version, version))
      } else if (update >= 0) {
        const position = history.positionAfter(update)
        out.set(id, history.mapRanges([{ anchor: position, head: position }], update + 1, version))
      }
    }
    return out
  }

  private collectPeople(): void {
    for (const { kind, actor, data } of this.events) {
      if ((kind === 'start' || kind === 'end') && actor && data.userId) this.userIds.set(actor, data.userId)
      if ((kind !== 'join' && kind !== 'knock') || !actor || this.people.has(actor)) continue
      this.people.set(actor, { id: actor, name: data.name, role: data.role, color: this.people.size % 8 })
    }
  }

  private collectMoments(): Moment[] {
    const moments: Moment[] = []
    this.events.forEach((event, index) => {
      const kind = isOfTests(event) ? 'test' : isEndOfInput(event) ? 'run' : momentKindOf[event.kind]
      if (kind) moments.push({ time: this.eventTimes[index] as number, kind, actor: event.actor ?? '', event })
    })
    moments.push(...this.collectDrawing())
    for (const [doc, { times, authors }] of this.documents) {
      const kind = doc === 'notes' ? 'note' : 'edit'
      times.forEach((time, index) => moments.push({ time, kind, actor: authors[index] ?? '' }))
    }
    return moments.sort((a, b) => a.time - b.time)
  }

  private collectDrawing(): Moment[] {
    const last = new Map<string, { time: number; elements: DrawingElement[] }>()
    return this.events.flatMap((event, index): Moment[] => {
      if (event.kind !== 'drawing') return []
      const [time, actor] = [this.eventTimes[index] as number, event.actor ?? '']
      const before = last.get(actor)
      const elements = before && time - before.time < DRAWING_PAUSE ? before.elements : []
      last.set(actor, { time, elements })
      const isFirst = elements.length === 0
      const ids = new Set(event.data.elements.map(({ id }) => id))
      elements.splice(0, elements.length, ...elements.filter(({ id }) => !ids.has(id)), ...event.data.elements)
      return [{ time, kind: 'drawing', actor, event: isFirst ? { ...event, data: { elements } } : undefined }]
    })
  }
}

function isOfTests(event: ReplayEvent): boolean {
  return (event.kind === 'run' && event.data.tests !== undefined) || (event.kind === 'finish' && event.data.report !== undefined)
}

/** Whether the input ends a line, interrupts the program or ends its input: not each character is a moment. */
function isEndOfInput(event: ReplayEvent): boolean {
  return event.kind === 'input' && /[\r\n\u0003\u0004]/.test(event.data.text)
}

function applyEvent(state: RecordedState, event: ReplayEvent, start: number): RecordedState {
  const actor = event.actor ?? ''
  switch (event.kind) {
    case 'language':
      return { ...state, languages: { ...state.languages, [event.data.doc ?? 'code']: event.data.language } }
    case 'problem': {
      const { title = '', doc: answer = 'code', language } = event.data
      const languages = language ? { ...state.languages, [answer]: language } : state.languages
      return { ...state, question: title, answer, languages }
    }
    case 'file_create':
    case 'file_rename':
    case 'file_delete':
    case 'file_entry': {
      const { answer, entry, files } = event.data
      return { ...state, files: { ...state.files, [answer]: { entry, files } } }
    }
    case 'chat': {
      const { id, name, text } = event.data
      return { ...state, chat: [...state.chat, { id, author: actor, name, text, at: event.at, ref: event.subject ?? '' }] }
    }
    case 'join':
      return { ...state, present: [...state.present.filter((id) => id !== actor), actor] }
    case 'leave':
      return { ...state, present: state.present.filter((id) => id !== actor) }
    case 'cursor': {
      const cursor = { ...event.data, time: Date.parse(event.at) - start, doc: event.subject ?? '' }
      return { ...state, cursors: { ...state.cursors, [actor]: cursor } }
    }
    default:
      return applyRunEvent(state, event)
  }
}

function applyRunEvent(state: RecordedState, event: ReplayEvent): RecordedState {
  const id = event.subject ?? ''
  const change = (edit: (run: Run) => Run) => ({ ...state, runs: state.runs.map((run) => (run.id === id ? edit(run) : run)) })
  switch (event.kind) {
    case 'run': {
      const { doc = 'code', version, language, tests, terminal, shell } = event.data
      const run: Run = { id, by: event.actor ?? '', doc, at: event.at, version, language, tests, terminal, shell, chunks: [] }
      return { ...state, runs: [...state.runs, run].slice(-MAX_RUNS) }
    }
    case 'output': {
      const { chunks } = event.data
      return change((run) => ({ ...run, chunks: [...run.chunks, ...chunks] }))
    }
    case 'resize': {
      const { rows, cols } = event.data
      return change((run) => ({ ...run, terminal: { rows, cols } }))
    }
    case 'finish': {
      const { result, report } = event.data
      return change((run) => ({ ...run, result, report }))
    }
    default:
      return state
  }
}
