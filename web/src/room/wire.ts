// From text to message and back. A frame that does not fit its type never gets further than here.

import type {
  Can,
  Changes,
  ChatMessage,
  Chunk,
  ClientMessage,
  Cursor,
  DocumentState,
  Language,
  Limits,
  OfType,
  Participant,
  Question,
  Range,
  Room,
  Run,
  RunResult,
  RunStart,
  Self,
  ServerMessage,
  ServerType,
  StoredUpdate,
} from './protocol'
import {
  dictionary,
  flag,
  integer,
  isRecord,
  list,
  nullable,
  number,
  oneOf,
  optional,
  record,
  text,
  type Check,
  type Shape,
} from './shape'

const doc = oneOf('code', 'notes')
const role = oneOf('candidate', 'interviewer', 'recruiter', 'observer')
const roomState = oneOf('lobby', 'open', 'ended')

// A right that this client has never heard of is no reason to refuse the message.
const can = list(text) as Check<Can[]>

const changes: Check<Changes> = (value): value is Changes =>
  Array.isArray(value) &&
  value.every((part) => integer(part) || (Array.isArray(part) && integer(part[0]) && part.slice(1).every(text)))

const participantShape: Shape<Participant> = {
  id: text,
  name: text,
  role,
  avatar: optional(text),
  color: integer,
}
const participant = record<Participant>(participantShape)
const self = record<Self>({ ...participantShape, can })
const language = record<Language>({ id: text, name: text, version: optional(text) })
const question = record<Question>({
  id: text,
  title: text,
  body: text,
  difficulty: optional(text),
  starter: optional(dictionary(text)),
  interviewerNotes: optional(text),
})
const chatMessage = record<ChatMessage>({ id: text, author: text, name: text, text, at: text, ref: text })
const chunk = record<Chunk>({ stream: oneOf('stdout', 'stderr', 'system'), text })
const result = record<RunResult>({
  // Shown by name; a status that is new on the server is shown as it is.
  status: text as unknown as Check<RunResult['status']>,
  exitCode: integer,
  signal: optional(text),
  wallMs: number,
  cpuMs: number,
  memoryBytes: number,
  truncated: flag,
})
const runShape: Shape<RunStart> = {
  id: text,
  by: text,
  version: integer,
  language: text,
  at: text,
  ref: optional(text),
}
const run = record<Run>({ ...runShape, chunks: list(chunk), result: optional(result) })
const range = record<Range>({ anchor: integer, head: integer })
const cursorShape: Shape<Cursor> = {
  doc,
  version: integer,
  connection: text,
  participantId: text,
  ranges: list(range),
}
const limits = record<Limits>({
  documentUnits: integer,
  pushUpdates: integer,
  pushUnits: integer,
  chatUnits: integer,
  stdinBytes: integer,
})
const room = record<Room>({
  id: text,
  title: text,
  state: roomState,
  startedAt: optional(text),
  endedAt: optional(text),
  language: text,
  languages: list(language),
  sandbox: record<Room['sandbox']>({ ready: flag, reason: optional(text) }),
})
const documentState = record<DocumentState>({
  doc,
  version: integer,
  head: integer,
  text: optional(text),
  resume: optional(flag),
})
const storedUpdate = record<StoredUpdate>({ clientId: text, author: text, changes })

const shapes: { [T in ServerType]: Shape<OfType<T>> } = {
  welcome: {
    type: oneOf('welcome'),
    protocol: integer,
    now: text,
    connection: text,
    room,
    you: self,
    participants: list(participant),
    waiting: optional(list(participant)),
    documents: list(documentState),
    cursors: list(record<Cursor>(cursorShape)),
    question: nullable(question),
    questions: optional(list(question)),
    chat: list(chatMessage),
    runs: list(run),
    limits,
  },
  waiting: {
    type: oneOf('waiting'),
    now: text,
    room: record({ id: text, title: text, state: roomState }),
    you: self,
  },
  turned_away: { type: oneOf('turned_away') },
  knock: { type: oneOf('knock'), participant, at: text },
  knock_over: {
    type: oneOf('knock_over'),
    participantId: text,
    outcome: oneOf('admitted', 'turned_away', 'left'),
  },
  joined: { type: oneOf('joined'), participant },
  left: { type: oneOf('left'), participantId: text },
  ack: { type: oneOf('ack'), doc, clientId: text, seq: integer, version: integer, count: integer },
  updates: { type: oneOf('updates'), doc, version: integer, updates: list(storedUpdate) },
  resync: { type: oneOf('resync'), doc, version: integer, text, code: text },
  cursor: { type: oneOf('cursor'), ...cursorShape },
  cursor_gone: { type: oneOf('cursor_gone'), connection: text },
  language: { type: oneOf('language'), language: text, by: text },
  problem: { type: oneOf('problem'), question: nullable(question), by: text },
  chat: { type: oneOf('chat'), message: chatMessage },
  run_started: { type: oneOf('run_started'), run: record<RunStart>(runShape) },
  run_output: { type: oneOf('run_output'), runId: text, seq: integer, chunks: list(chunk) },
  run_finished: { type: oneOf('run_finished'), runId: text, result },
  activity: {
    type: oneOf('activity'),
    participantId: text,
    kind: oneOf('focus', 'blur', 'paste'),
    at: text,
    doc: optional(doc),
    length: optional(integer),
    outside: optional(flag),
  },
  state: {
    type: oneOf('state'),
    state: roomState,
    startedAt: optional(text),
    endedAt: optional(text),
    by: optional(text),
    can,
  },
  error: {
    type: oneOf('error'),
    code: text,
    ref: optional(text),
    doc: optional(doc),
    seq: optional(integer),
    retryAfterMs: optional(number),
  },
  reconnect: { type: oneOf('reconnect'), afterMs: number },
  pong: { type: oneOf('pong'), t: number, now: text },
}

export const serverTypes = Object.keys(shapes) as ServerType[]

/** The members that this client knows of a message type; for the test that compares with the examples. */
export function membersOf(type: ServerType): string[] {
  return Object.keys(shapes[type])
}

const checks = new Map<string, Check<ServerMessage>>(
  serverTypes.map((type) => [type, record(shapes[type] as Shape<ServerMessage>)]),
)

export type Decoded =
  | { kind: 'message'; message: ServerMessage }
  /** A type that a newer server has; to be ignored. */
  | { kind: 'unknown' }
  /** Not a message at all: whoever sent it does not speak this protocol. */
  | { kind: 'broken'; why: string }

export function decode(frame: string): Decoded {
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch {
    return { kind: 'broken', why: 'not JSON' }
  }
  if (!isRecord(value) || !text(value.type)) return { kind: 'broken', why: 'no type' }
  const check = checks.get(value.type)
  if (!check) return { kind: 'unknown' }
  if (!check(value)) return { kind: 'broken', why: `${value.type} lacks a member or has a wrong one` }
  return { kind: 'message', message: value }
}

export function encode(message: ClientMessage): string {
  return JSON.stringify(message)
}
