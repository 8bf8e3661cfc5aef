// What a page shows of a room: one value, made anew by each message.

import type { ConnectionState, Refusal } from './client'
import type {
  Activity,
  Can,
  ChatMessage,
  Chunk,
  Doc,
  Limits,
  Participant,
  Question,
  Room,
  Run,
  Self,
  ServerMessage,
  Welcome,
} from './protocol'

export interface ChatItem extends Omit<ChatMessage, 'id' | 'at'> {
  id?: string
  at?: string
  /** Absent when it is stored. */
  delivery?: 'sending' | 'failed'
  error?: string
}

export interface Dropped {
  doc: Doc
  text: string
  code: string
}

export interface RunView extends Run {
  /** the beginning of the output is not kept here */
  shortened: boolean
}

export interface Snapshot {
  connection: ConnectionState
  refusal: Refusal | null
  /** in the lobby: not admitted yet */
  waiting: boolean
  /** server's clock minus ours, in milliseconds */
  clockOffset: number
  latencyMs: number | null
  /** null until the first answer */
  room: Pick<Room, 'id' | 'title' | 'state'> & Partial<Room> | null
  you: Self | null
  participants: Participant[]
  /** everybody who was here since we came, by id: names for what they left behind */
  people: ReadonlyMap<string, Participant>
  atTheDoor: Participant[]
  question: Question | null
  questions: Question[]
  chat: ChatItem[]
  runs: RunView[]
  activity: Activity[]
  unsaved: number
  dropped: Dropped | null
  limits: Limits
}

const KEPT_CHAT = 500
const KEPT_RUNS = 10
const KEPT_ACTIVITY = 100
const KEPT_OUTPUT_UNITS = 256 * 1024

// Until the welcome tells the server's own.
const CAUTIOUS: Limits = { documentUnits: 524_288, pushUpdates: 256, pushUnits: 262_144, chatUnits: 4_000, stdinBytes: 65_536 }

export const nowhere: Snapshot = {
  connection: 'connecting',
  refusal: null,
  waiting: false,
  clockOffset: 0,
  latencyMs: null,
  room: null,
  you: null,
  participants: [],
  people: new Map(),
  atTheDoor: [],
  question: null,
  questions: [],
  chat: [],
  runs: [],
  activity: [],
  unsaved: 0,
  dropped: null,
  limits: CAUTIOUS,
}

export function may(snapshot: Snapshot, what: Can): boolean {
  return snapshot.you?.can.includes(what) ?? false
}

/** The run that is going on; one at a time is shown as such. */
export function going(snapshot: Snapshot): RunView | undefined {
  return snapshot.runs.findLast((run) => !run.result)
}

export function canRun(snapshot: Snapshot): boolean {
  const ready = snapshot.room?.sandbox?.ready ?? false
  return may(snapshot, 'run') && ready && snapshot.connection === 'live' && !going(snapshot)
}

export function reduce(snapshot: Snapshot, message: ServerMessage, now: number): Snapshot {
  switch (message.type) {
    case 'welcome':
      return welcomed(snapshot, message, now)
    case 'waiting':
      return { ...snapshot, waiting: true, room: message.room, you: message.you, clockOffset: Date.parse(message.now) - now }
    case 'knock':
      return { ...snapshot, atTheDoor: withPerson(snapshot.atTheDoor, message.participant), people: known(snapshot, [message.participant]) }
    case 'knock_over':
      return { ...snapshot, atTheDoor: without(snapshot.atTheDoor, message.participantId) }
    case 'joined':
      return { ...snapshot, participants: withPerson(snapshot.participants, message.participant), people: known(snapshot, [message.participant]) }
    case 'left':
      return { ...snapshot, participants: without(snapshot.participants, message.participantId) }
    case 'language':
      return inRoom(snapshot, { language: message.language })
    case 'problem':
      return { ...snapshot, question: message.question }
    case 'chat':
      return { ...snapshot, chat: said(snapshot.chat, message.message) }
    case 'run_started':
      return { ...snapshot, runs: started(snapshot.runs, { ...message.run, chunks: [] }) }
    case 'run_output':
      return { ...snapshot, runs: changed(snapshot.runs, message.runId, (run) => printed(run, message.chunks)) }
    case 'run_finished':
      return { ...snapshot, runs: changed(snapshot.runs, message.runId, (run) => ({ ...run, result: message.result })) }
    case 'activity':
      return { ...snapshot, activity: [...snapshot.activity, message].slice(-KEPT_ACTIVITY) }
    case 'state':
      return stateChanged(snapshot, message)
    case 'pong':
      return { ...snapshot, latencyMs: Math.max(0, now - message.t), clockOffset: Date.parse(message.now) - (message.t + now) / 2 }
    default:
      return snapshot
  }
}

function welcomed(snapshot: Snapshot, message: Welcome, now: number): Snapshot {
  return {
    ...snapshot,
    waiting: false,
    clockOffset: Date.parse(message.now) - now,
    room: message.room,
    you: message.you,
    participants: message.participants,
    people: known(snapshot, [...message.participants, ...(message.waiting ?? [])]),
    atTheDoor: message.waiting ?? [],
    question: message.question,
    questions: message.questions ?? [],
    chat: merged(snapshot.chat, message.chat),
    runs: message.runs.map((run) => ({ ...run, shortened: false })),
    limits: message.limits,
  }
}

function stateChanged(snapshot: Snapshot, message: Extract<ServerMessage, { type: 'state' }>): Snapshot {
  const { state, startedAt, endedAt, can } = message
  const you = snapshot.you && { ...snapshot.you, can }
  return { ...inRoom(snapshot, { state, startedAt, endedAt }), you }
}

function inRoom(snapshot: Snapshot, change: Partial<Room>): Snapshot {
  return { ...snapshot, room: snapshot.room && { ...snapshot.room, ...change } }
}

function withPerson(list: Participant[], person: Participant): Participant[] {
  return [...without(list, person.id), person]
}

function without(list: Participant[], id: string): Participant[] {
  return list.filter((person) => person.id !== id)
}

function known(snapshot: Snapshot, people: Participant[]): ReadonlyMap<string, Participant> {
  const next = new Map(snapshot.people)
  for (const person of people) next.set(person.id, person)
  return next
}

function said(chat: ChatItem[], message: ChatMessage): ChatItem[] {
  const rest = chat.filter((item) => item.id !== message.id && !(item.delivery && item.ref === message.ref))
  const sending = rest.findIndex((item) => item.delivery)
  const at = sending < 0 ? rest.length : sending
  return [...rest.slice(0, at), message, ...rest.slice(at)].slice(-KEPT_CHAT)
}

// After a return the server's list is the truth; older messages and those on their way stay.
function merged(old: ChatItem[], news: ChatMessage[]): ChatItem[] {
  return news.reduce(said, old)
}

function started(runs: RunView[], run: Run): RunView[] {
  return [...runs.filter((other) => other.id !== run.id), { ...run, shortened: false }].slice(-KEPT_RUNS)
}

function changed(runs: RunView[], id: string, change: (run: RunView) => RunView): RunView[] {
  return runs.map((run) => (run.id === id ? change(run) : run))
}

// Chunks of one stream that follow each other become one, and the oldest go when it is too much.
function printed(run: RunView, chunks: Chunk[]): RunView {
  const joined = [...run.chunks]
  for (const chunk of chunks) {
    const last = joined.at(-1)
    if (last?.stream === chunk.stream) joined[joined.length - 1] = { ...last, text: last.text + chunk.text }
    else joined.push(chunk)
  }
  let units = joined.reduce((sum, chunk) => sum + chunk.text.length, 0)
  let shortened = run.shortened
  while (units > KEPT_OUTPUT_UNITS) {
    const first = joined[0]
    if (!first) break
    const cut = Math.min(first.text.length, units - KEPT_OUTPUT_UNITS)
    if (cut === first.text.length) joined.shift()
    else joined[0] = { ...first, text: first.text.slice(cut) }
    units -= cut
    shortened = true
  }
  return { ...run, chunks: joined, shortened }
}

/** Holds the present snapshot; in the form that React's useSyncExternalStore asks for. */
export class Store {
  private value = nowhere
  private readonly listeners = new Set<() => void>()

  readonly get = (): Snapshot => this.value

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  update(change: (snapshot: Snapshot) => Snapshot): void {
    const next = change(this.value)
    if (next === this.value) return
    this.value = next
    this.listeners.forEach((listener) => listener())
  }
}
