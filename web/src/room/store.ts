// The room state that the page renders: an immutable snapshot, replaced by each message.

import type { ConnectionState, ConnectionError } from './client'
import { defaultPath } from './fileNames'
import type {
  Activity,
  AnswerFile,
  AnswerName,
  Permission,
  ChatMessage,
  Chunk,
  DocumentName,
  FileList,
  FileName,
  FilesChange,
  Limits,
  Participant,
  Problem,
  Question,
  QuestionProgress,
  Room,
  Run,
  Self,
  ServerMessage,
  TestOffer,
  Welcome,
} from './protocol'
import { PAGE_LANGUAGE } from './starter'

export interface ChatItem extends Omit<ChatMessage, 'id' | 'at'> {
  id?: string
  at?: string
  /** Absent once the server has stored the message. */
  delivery?: 'sending' | 'failed'
  error?: string
}

export interface DroppedText {
  doc: DocumentName
  text: string
  code: string
}

export interface RunView extends Run {
  /** number of chunks at the start that were discarded, so that the others keep their numbers */
  discardedChunks: number
  /** the start of the output was discarded */
  isTruncated: boolean
}

export interface RoomSnapshot {
  connection: ConnectionState
  connectionError: ConnectionError | null
  /** in the lobby, not admitted yet */
  waiting: boolean
  /** whether members of the company are in the room, for those who wait */
  staffPresent: boolean
  /** server clock minus performance.now(), in milliseconds: the local clock may be set meanwhile */
  clockOffset: number
  latencyMs: number | null
  /** null until the first welcome or waiting message */
  room: Pick<Room, 'id' | 'title' | 'state'> & Partial<Room> | null
  you: Self | null
  participants: Participant[]
  /** all participants seen since joining, by id: names for their messages after they left */
  peopleById: ReadonlyMap<string, Participant>
  waitingParticipants: Participant[]
  /** those whose connection broke and who have not returned */
  lostParticipants: { id: string; at: string }[]
  question: Question | null
  /** for staff: all questions of the interview */
  questions: Question[]
  /** for staff: of the questions that were shown or marked */
  progress: QuestionProgress[]
  /** the current answer */
  answer: AnswerName
  /** of the current answer */
  files: FileList
  /** the file of each answer that this page has shown last */
  shownFiles: Partial<Record<AnswerName, FileName>>
  chat: ChatItem[]
  runs: RunView[]
  activity: Activity[]
  unsavedCount: number
  droppedText: DroppedText | null
  limits: Limits
}

const MAX_CHAT_MESSAGES = 500
const MAX_RUNS = 10 // of an answer
const MAX_ACTIVITY = 100
const MAX_OUTPUT_UNITS = 256 * 1024
const CHUNK_UNITS = 8 * 1024 // a longer chunk is split at a line break, so that new output changes a short one only

// Used until the welcome message brings the server's limits.
const DEFAULT_LIMITS: Limits = { documentUnits: 524_288, pushUpdates: 256, pushUnits: 262_144, chatUnits: 4_000, stdinBytes: 65_536, files: 64, fileUnits: 1_048_576, pathBytes: 200 }

export const initialSnapshot: RoomSnapshot = {
  connection: 'connecting',
  connectionError: null,
  waiting: false,
  staffPresent: false,
  clockOffset: 0,
  latencyMs: null,
  room: null,
  you: null,
  participants: [],
  peopleById: new Map(),
  waitingParticipants: [],
  lostParticipants: [],
  question: null,
  questions: [],
  progress: [],
  answer: 'code',
  files: { entry: 'code', files: [{ doc: 'code' }] },
  shownFiles: {},
  chat: [],
  runs: [],
  activity: [],
  unsavedCount: 0,
  droppedText: null,
  limits: DEFAULT_LIMITS,
}

export function hasPermission(snapshot: RoomSnapshot, permission: Permission): boolean {
  return snapshot.you?.can.includes(permission) ?? false
}

/** The file of the current answer that the page shows: the entry until another one is chosen. */
export function shownFile({ answer, files, shownFiles }: RoomSnapshot): FileName {
  const chosen = shownFiles[answer]
  return files.files.some(({ doc }) => doc === chosen) && chosen ? chosen : files.entry
}

/** Whether the files have names of their own: the language follows from that of the entry. */
export function hasFileNames({ files }: Pick<RoomSnapshot, 'files'>): boolean {
  return files.files.some(({ path }) => path)
}

/** The path of a file; that of a file without a name of its own follows from the language. */
export function pathOf({ room }: Pick<RoomSnapshot, 'room'>, file: AnswerFile): string {
  return file.path ?? defaultPath(room?.language ?? '')
}

/** Whether the answer is a page, which has a preview and is not run. */
export function hasPage({ room }: Pick<RoomSnapshot, 'room'>): boolean {
  return room?.language === PAGE_LANGUAGE
}

/** The test cases of the question whose answer is shown. */
export function testsOfAnswer(snapshot: RoomSnapshot): TestOffer | undefined {
  const { question, answer } = snapshot
  return question && answer === `code:${question.id}` ? question.tests : undefined
}

/** The first run without a result. */
export function activeRun(snapshot: RoomSnapshot): RunView | undefined {
  return snapshot.runs.findLast((run) => !run.result)
}

export function canRun(snapshot: RoomSnapshot): boolean {
  const ready = snapshot.room?.sandbox?.ready ?? false
  return hasPermission(snapshot, 'run') && ready && !hasPage(snapshot) && snapshot.connection === 'live' && !activeRun(snapshot)
}

/** `now` is performance.now(), as in the `t` of a ping. */
export function applyMessage(snapshot: RoomSnapshot, message: ServerMessage, now: number): RoomSnapshot {
  switch (message.type) {
    case 'welcome':
      return applyWelcome(snapshot, message, now)
    case 'waiting':
      return { ...snapshot, waiting: true, staffPresent: message.staff, room: message.room, you: message.you, clockOffset: Date.parse(message.now) - now }
    case 'lobby':
      return { ...snapshot, staffPresent: message.staff }
    case 'knock':
      return { ...snapshot, waitingParticipants: withParticipant(snapshot.waitingParticipants, message.participant), peopleById: addKnownPeople(snapshot, [message.participant]) }
    case 'knock_over':
      return { ...snapshot, waitingParticipants: withoutParticipant(snapshot.waitingParticipants, message.participantId, message.device) }
    case 'joined':
      return {
        ...snapshot,
        participants: withParticipant(snapshot.participants, message.participant),
        peopleById: addKnownPeople(snapshot, [message.participant]),
        lostParticipants: snapshot.lostParticipants.filter(({ id }) => id !== message.participant.id),
      }
    case 'left':
      return { ...snapshot, participants: withoutParticipant(snapshot.participants, message.participantId) }
    case 'connection_lost':
      return { ...snapshot, lostParticipants: [...snapshot.lostParticipants, { id: message.participantId, at: message.at }] }
    case 'language':
      return message.doc === snapshot.answer ? updateRoom(snapshot, { language: message.language }) : snapshot
    case 'problem':
      return applyProblem(snapshot, message)
    case 'files':
      return applyFiles(snapshot, message)
    case 'question_added':
      return { ...snapshot, questions: withQuestion(snapshot.questions, message.question) }
    case 'progress':
      return { ...snapshot, progress: message.progress }
    case 'chat':
      return { ...snapshot, chat: addChatMessage(snapshot.chat, message.message) }
    case 'run_started':
      return { ...snapshot, runs: addRun(snapshot.runs, { ...message.run, chunks: [] }) }
    case 'run_queued':
      return { ...snapshot, runs: updateRun(snapshot.runs, message.runId, (run) => ({ ...run, position: message.position, done: message.done })) }
    case 'run_output':
      return { ...snapshot, runs: updateRun(snapshot.runs, message.runId, (run) => appendOutput(run, message.chunks)) }
    case 'terminal_resized':
      return { ...snapshot, runs: updateRun(snapshot.runs, message.runId, (run) => ({ ...run, terminal: { rows: message.rows, cols: message.cols } })) }
    case 'run_finished':
      return { ...snapshot, runs: updateRun(snapshot.runs, message.runId, (run) => ({ ...run, result: message.result, report: message.report })) }
    case 'activity':
      return { ...snapshot, activity: [...snapshot.activity, message].slice(-MAX_ACTIVITY) }
    case 'state':
      return applyStateChange(snapshot, message)
    case 'pong':
      return { ...snapshot, latencyMs: Math.max(0, now - message.t), clockOffset: Date.parse(message.now) - (message.t + now) / 2 }
    default:
      return snapshot
  }
}

function applyWelcome(snapshot: RoomSnapshot, message: Welcome, now: number): RoomSnapshot {
  return {
    ...snapshot,
    waiting: false,
    clockOffset: Date.parse(message.now) - now,
    room: message.room,
    you: message.you,
    participants: message.participants,
    peopleById: addKnownPeople(snapshot, [...message.participants, ...(message.waiting ?? [])]),
    waitingParticipants: message.waiting ?? [],
    lostParticipants: snapshot.lostParticipants.filter((lost) => !message.participants.some(({ id }) => id === lost.id)),
    question: message.question,
    questions: message.questions ?? [],
    progress: message.progress ?? [],
    answer: message.answer,
    files: message.files,
    chat: mergeChat(snapshot.chat, message.chat),
    runs: message.runs.map(toRunView),
    limits: message.limits,
  }
}

function applyProblem(snapshot: RoomSnapshot, message: Problem): RoomSnapshot {
  const { question, document, language } = message
  const questions = question !== null && hasPermission(snapshot, 'problem') ? withQuestion(snapshot.questions, question) : snapshot.questions
  return { ...updateRoom(snapshot, { language }), question, questions, answer: document.doc, files: message.files }
}

function applyFiles(snapshot: RoomSnapshot, message: FilesChange): RoomSnapshot {
  return message.answer === snapshot.answer ? { ...updateRoom(snapshot, { language: message.language }), files: message.files } : snapshot
}

// A question of the list is replaced: the room shows the newest version.
function withQuestion(list: Question[], question: Question): Question[] {
  return list.some(({ id }) => id === question.id) ? list.map((one) => (one.id === question.id ? question : one)) : [...list, question]
}

function applyStateChange(snapshot: RoomSnapshot, message: Extract<ServerMessage, { type: 'state' }>): RoomSnapshot {
  const { state, startedAt, endedAt, endsAt, extensionsLeft, reopenUntil, can } = message
  const you = snapshot.you && { ...snapshot.you, can }
  return { ...updateRoom(snapshot, { state, startedAt, endedAt, endsAt, extensionsLeft, reopenUntil }), you }
}

function updateRoom(snapshot: RoomSnapshot, change: Partial<Room>): RoomSnapshot {
  return { ...snapshot, room: snapshot.room && { ...snapshot.room, ...change } }
}

function withParticipant(list: Participant[], person: Participant): Participant[] {
  return [...withoutParticipant(list, person.id, person.device), person]
}

function withoutParticipant(list: Participant[], id: string, device?: string): Participant[] {
  return list.filter((person) => person.id !== id || person.device !== device)
}

function addKnownPeople(snapshot: RoomSnapshot, people: Participant[]): ReadonlyMap<string, Participant> {
  const next = new Map(snapshot.peopleById)
  for (const person of people) next.set(person.id, person)
  return next
}

function addChatMessage(chat: ChatItem[], message: ChatMessage): ChatItem[] {
  const rest = chat.filter((item) => item.id !== message.id && !(item.delivery && item.ref === message.ref))
  const sending = rest.findIndex((item) => item.delivery)
  const index = sending < 0 ? rest.length : sending
  return [...rest.slice(0, index), message, ...rest.slice(index)].slice(-MAX_CHAT_MESSAGES)
}

// After a reconnect the server's list is authoritative; older messages and unsent ones are kept.
function mergeChat(old: ChatItem[], received: ChatMessage[]): ChatItem[] {
  return received.reduce(addChatMessage, old)
}

function addRun(runs: RunView[], run: Run): RunView[] {
  const others = runs.filter(({ id }) => id !== run.id)
  const sameAnswer = others.filter(({ doc }) => doc === run.doc)
  const newestTests = [...sameAnswer, run].findLast(({ tests }) => tests)
  const evicted = sameAnswer.length >= MAX_RUNS ? sameAnswer.find(({ id }) => id !== newestTests?.id) : undefined
  return [...others.filter((other) => other !== evicted), toRunView(run)]
}

function toRunView(run: Run): RunView {
  return appendOutput({ ...run, chunks: [], isTruncated: false, discardedChunks: 0 }, run.chunks)
}

function updateRun(runs: RunView[], id: string, change: (run: RunView) => RunView): RunView[] {
  return runs.map((run) => (run.id === id ? change(run) : run))
}

// Joins adjacent chunks of one stream and discards the oldest output beyond MAX_OUTPUT_UNITS.
function appendOutput(run: RunView, chunks: Chunk[]): RunView {
  const joined = [...run.chunks]
  for (const chunk of chunks) {
    const last = joined.at(-1)
    if (last?.stream !== chunk.stream) joined.push(...splitChunk(chunk))
    else if (last.text.length + chunk.text.length <= CHUNK_UNITS) joined[joined.length - 1] = { ...last, text: last.text + chunk.text }
    else if (last.text.endsWith('\n')) joined.push(...splitChunk(chunk))
    else joined.splice(-1, 1, ...splitChunk({ ...last, text: last.text + chunk.text }))
  }
  let units = joined.reduce((sum, chunk) => sum + chunk.text.length, 0)
  let { isTruncated, discardedChunks } = run
  while (units > MAX_OUTPUT_UNITS) {
    const first = joined[0]
    if (!first) break
    const cut = Math.min(first.text.length, units - MAX_OUTPUT_UNITS)
    if (cut === first.text.length) {
      joined.shift()
      discardedChunks++
    } else joined[0] = { ...first, text: first.text.slice(cut) }
    units -= cut
    isTruncated = true
  }
  return { ...run, chunks: joined, isTruncated, discardedChunks }
}

// Splits a chunk into parts of about CHUNK_UNITS that end with a line break.
function splitChunk(chunk: Chunk): Chunk[] {
  const parts: Chunk[] = []
  let rest = chunk.text
  while (rest.length > CHUNK_UNITS) {
    const end = rest.lastIndexOf('\n', CHUNK_UNITS - 1) + 1 || rest.indexOf('\n') + 1
    if (end === 0 || end === rest.length) break
    parts.push({ ...chunk, text: rest.slice(0, end) })
    rest = rest.slice(end)
  }
  return [...parts, { ...chunk, text: rest }]
}

/** Holds the current snapshot, with the interface of React's useSyncExternalStore. */
export class RoomStore {
  private snapshot = initialSnapshot
  private readonly listeners = new Set<() => void>()

  readonly getSnapshot = (): RoomSnapshot => this.snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  update(change: (snapshot: RoomSnapshot) => RoomSnapshot): void {
    const next = change(this.snapshot)
    if (next === this.snapshot) return
    this.snapshot = next
    this.listeners.forEach((listener) => listener())
  }
}
