// Every message of the room protocol, version 1, as docs/room-protocol.md describes it.
// The Go tests and protocol.test.ts read the same examples in testdata/protocol.

import type { DrawingElement } from '@/drawing/element'

export const PROTOCOL = 1
export const SUBPROTOCOL = 'huimian.room.v1'

/** The answer to a question, or to none, is a document of its own. */
export type AnswerName = 'code' | `code:${string}`
/** The first file of an answer is the document of the answer; further ones are `<answer>/<id>`. */
export type FileName = AnswerName | `code/${string}`
export type DocumentName = FileName | 'notes'
export type Role = 'candidate' | 'interviewer' | 'recruiter' | 'observer'
export type RoomState = 'lobby' | 'open' | 'ended'
export type Permission =
  | 'edit'
  | 'notes'
  | 'notes_read'
  | 'run'
  | 'language'
  | 'problem'
  | 'chat'
  | 'admit'
  | 'end'
  | 'extend'
  | 'reopen'

/** A change set as ChangeSet.toJSON() writes it. */
export type Changes = (number | [number, ...string[]])[]

export interface Participant {
  id: string
  name: string
  role: Role
  /** 0 to 7 */
  color: number
  /** the browser of a candidate who waits: each needs its own admission */
  device?: string
}

export interface Self extends Participant {
  can: Permission[]
}

export interface Language {
  id: string
  name: string
  version?: string
  /** its interactive shell can be opened */
  shell?: boolean
}

export interface Question {
  id: string
  title: string
  /** Markdown */
  body: string
  difficulty?: string
  starter?: Record<string, string>
  /** Only staff receive these five. */
  expectedMinutes?: number
  hints?: string[]
  followUps?: string[]
  solutions?: Record<string, string>
  interviewerNotes?: string
  tests?: TestOffer
}

/** In a question with test cases. */
export interface TestOffer {
  visible: number
  hidden: number
  /** the function that is called */
  function?: string
  /** in which the cases can be run; absent: in all */
  languages?: string[]
}

/** Of a question that was shown or marked. */
export interface QuestionProgress {
  questionId: string
  done?: boolean
  /** for which it was shown while the room was open, before `since` */
  elapsedMs: number
  /** present while the question is shown and the room is open */
  since?: string
}

export interface ChatMessage {
  id: string
  author: string
  name: string
  text: string
  at: string
  ref: string
}

export interface Chunk {
  stream: 'stdout' | 'stderr' | 'system'
  text: string
}

export type RunStatus =
  | 'ok'
  | 'exit_error'
  | 'compile_error'
  | 'time_limit'
  | 'memory_limit'
  | 'output_limit'
  | 'process_limit'
  | 'idle_limit'
  | 'cancelled'
  | 'unavailable'
  | 'lost'

export interface RunResult {
  status: RunStatus
  /** explains the status: `cpu`, `wall`, `compile_cpu`, `compile_wall`, `java_no_main`, `go_no_main` */
  detail?: string
  exitCode: number
  signal?: string
  wallMs: number
  cpuMs: number
  memoryBytes: number
  truncated: boolean
}

export interface RunStart {
  id: string
  by: string
  doc: AnswerName
  version: number
  language: string
  at: string
  ref?: string
  /** numbers of cases, of a run of test cases */
  tests?: { visible: number; hidden: number }
  /** of a run in a terminal, whose output is all of stdout */
  terminal?: TerminalSize
  /** the interactive shell of the language, not the code */
  shell?: boolean
}

/** in characters */
export interface TerminalSize {
  rows: number
  cols: number
}

export interface Run extends RunStart {
  chunks: Chunk[]
  result?: RunResult
  report?: TestReport
  /** in the queue for a slot, from 1; absent or 0 while the program runs */
  position?: number
  /** test cases that have ended */
  done?: number
}

export interface TestCount {
  passed: number
  total: number
  /** cases of which the checker failed */
  unjudged?: number
}

/** The result of a run of test cases. Candidates receive it without the hidden cases. */
export interface TestReport {
  visible: TestCount
  hidden: TestCount
  cases: TestResult[]
  /** the function that was called */
  function?: string
  /** names of its parameters, when they are declared */
  parameters?: string[]
}

export type Verdict = 'passed' | 'failed' | 'error' | 'time_limit' | 'memory_limit' | 'output_limit' | 'checker_failed' | 'not_run'

/** The result of a case. Texts are excerpts. */
export interface TestResult {
  /** from 1, in the order of the question */
  number: number
  name?: string
  hidden?: boolean
  verdict: Verdict
  input: string
  expected: string
  actual?: string
  /** beside the result of the function */
  printed?: string
  stderr?: string
  difference?: TestDifference
  /** of the checker */
  message?: string
  /** why the checker failed; not for candidates */
  checkerError?: string
  /** one of the texts was cut */
  truncated?: boolean
  exitCode?: number
  signal?: string
  cpuMs?: number
  memoryBytes?: number
}

/** The first difference of a failed case, by line or by JSON path. */
export interface TestDifference {
  line?: number
  path?: string
  expected: string
  actual: string
}

export interface Range {
  anchor: number
  head: number
}

export interface Cursor {
  doc: DocumentName
  version: number
  connection: string
  participantId: string
  ranges: Range[]
}

export interface Limits {
  documentUnits: number
  pushUpdates: number
  pushUnits: number
  chatUnits: number
  stdinBytes: number
  /** of an answer */
  files: number
  /** of all files of an answer together */
  fileUnits: number
  pathBytes: number
}

export interface AnswerFile {
  doc: FileName
  /** absent: the name follows from the language of the answer */
  path?: string
}

/** The files of an answer in the order of their creation; the answer runs as its entry. */
export interface FileList {
  entry: FileName
  files: AnswerFile[]
}

export interface Room {
  id: string
  title: string
  state: RoomState
  startedAt?: string
  endedAt?: string
  /** the planned end after an extension */
  endsAt?: string
  extensionsLeft: number
  /** of an ended room */
  reopenUntil?: string
  language: string
  languages: Language[]
  sandbox: { ready: boolean; reason?: string }
}

/** A document in the welcome or problem message: the full text, or only its head when the client resumes. */
export interface DocumentState {
  doc: DocumentName
  version: number
  head: number
  text?: string
  resume?: boolean
}

export interface SentUpdate {
  changes: Changes
  /** milliseconds between the edit and sending it */
  age: number
  event?: string
}

export interface StoredUpdate {
  clientId: string
  author: string
  changes: Changes
}

export interface Push {
  type: 'push'
  doc: DocumentName
  version: number
  clientId: string
  seq: number
  updates: SentUpdate[]
}

export type ClientMessage =
  | { type: 'hello'; protocol: number; documents: { doc: DocumentName; version: number }[]; drawing?: number }
  | Push
  | { type: 'fetch'; doc: DocumentName; version: number }
  | { type: 'cursor'; doc: DocumentName; version: number; ranges: Range[] }
  | { type: 'language'; doc?: AnswerName; language: string; ref?: string }
  | { type: 'problem'; questionId: string | null; ref?: string }
  | { type: 'question_add'; questionId: string; ref?: string }
  | { type: 'question_done'; questionId: string; done: boolean; ref?: string }
  | { type: 'file_create'; answer?: AnswerName; files: { path: string; text?: string }[]; ref?: string }
  | { type: 'file_rename'; doc: FileName; path: string; ref?: string }
  | { type: 'file_delete' | 'file_entry'; doc: FileName; ref?: string }
  | { type: 'drawing'; elements: DrawingElement[]; ref: string }
  | { type: 'chat'; text: string; ref: string }
  | { type: 'run'; doc?: AnswerName; version: number; stdin?: string; tests?: boolean; terminal?: TerminalSize; shell?: string; ref?: string }
  | { type: 'terminal_input'; runId: string; text: string; ref?: string }
  | ({ type: 'terminal_resize'; runId: string; ref?: string } & TerminalSize)
  | { type: 'run_stop'; runId: string; ref?: string }
  | { type: 'focus'; focused: boolean }
  | { type: 'paste'; doc: DocumentName; length: number; outside: boolean }
  | { type: 'admit' | 'turn_away'; participantId: string; device?: string; ref?: string }
  | { type: 'start' | 'end' | 'extend' | 'reopen'; ref?: string }
  | { type: 'ping'; t: number }

export interface Welcome {
  type: 'welcome'
  protocol: number
  now: string
  connection: string
  room: Room
  you: Self
  participants: Participant[]
  waiting?: Participant[]
  /** the current answer */
  answer: AnswerName
  files: FileList
  documents: DocumentState[]
  cursors: Cursor[]
  question: Question | null
  questions?: Question[]
  progress?: QuestionProgress[]
  chat: ChatMessage[]
  runs: Run[]
  /** absent when nothing was drawn */
  drawing?: { seq: number; elements: DrawingElement[]; resume?: boolean }
  limits: Limits
}

export interface Waiting {
  type: 'waiting'
  now: string
  room: { id: string; title: string; state: RoomState }
  you: Self
  /** whether members of the company are in the room */
  staff: boolean
}

export interface Ack {
  type: 'ack'
  doc: DocumentName
  clientId: string
  seq: number
  version: number
  count: number
}

export interface Updates {
  type: 'updates'
  doc: DocumentName
  version: number
  updates: StoredUpdate[]
}

export interface Resync {
  type: 'resync'
  doc: DocumentName
  version: number
  text: string
  code: string
}

export interface Activity {
  type: 'activity'
  participantId: string
  kind: 'focus' | 'blur' | 'paste'
  at: string
  doc?: DocumentName
  length?: number
  outside?: boolean
}

export interface StateChange extends Pick<Room, 'state' | 'startedAt' | 'endedAt' | 'endsAt' | 'extensionsLeft' | 'reopenUntil'> {
  type: 'state'
  by?: string
  can: Permission[]
}

/** The question is shown to all, with its answer in `document`. */
export interface Problem {
  type: 'problem'
  question: Question | null
  by: string
  language: string
  document: DocumentState & { doc: AnswerName }
  files: FileList
  /** of the further files */
  documents?: DocumentState[]
}

/** The files of an answer have changed. */
export interface FilesChange {
  type: 'files'
  answer: AnswerName
  by: string
  language: string
  files: FileList
  /** of new files */
  documents?: DocumentState[]
}

export interface Failure {
  type: 'error'
  code: string
  ref?: string
  doc?: DocumentName
  seq?: number
  retryAfterMs?: number
}

export type ServerMessage =
  | Welcome
  | Waiting
  | { type: 'turned_away' }
  | { type: 'lobby'; staff: boolean }
  | { type: 'knock'; participant: Participant; at: string }
  | { type: 'knock_over'; participantId: string; device?: string; outcome: 'admitted' | 'turned_away' | 'left' }
  | { type: 'joined'; participant: Participant }
  | { type: 'left'; participantId: string }
  | { type: 'connection_lost'; participantId: string; at: string }
  | Ack
  | Updates
  | Resync
  | ({ type: 'cursor' } & Cursor)
  | { type: 'cursor_gone'; connection: string }
  | { type: 'language'; doc: AnswerName; language: string; by: string }
  | Problem
  | FilesChange
  | { type: 'question_added'; question: Question; by?: string }
  | { type: 'progress'; progress: QuestionProgress[] }
  | { type: 'drawing'; seq: number; by: string; elements: DrawingElement[] }
  | { type: 'drawing_ack'; ref: string; elements?: DrawingElement[] }
  | { type: 'chat'; message: ChatMessage }
  | { type: 'run_started'; run: RunStart }
  | { type: 'run_queued'; runId: string; position: number; done?: number }
  | { type: 'run_output'; runId: string; seq: number; chunks: Chunk[] }
  | ({ type: 'terminal_resized'; runId: string } & TerminalSize)
  | { type: 'run_finished'; runId: string; result: RunResult; report?: TestReport }
  | Activity
  | StateChange
  | Failure
  | { type: 'reconnect'; afterMs: number }
  | { type: 'pong'; t: number; now: string }

export type ServerMessageType = ServerMessage['type']
export type ServerMessageOf<T extends ServerMessageType> = Extract<ServerMessage, { type: T }>

/** The response of GET /api/rooms/{interviewId}, requested before the socket is opened. */
export interface RoomInfo {
  interviewId: string
  title: string
  state: RoomState
  protocol: number
  kind: 'builtin' | 'showmebug' | 'link'
  /** path of the socket; absent when the room is a link */
  socket?: string
  link?: string
  you: Participant
  sandbox?: { ready: boolean }
  startsAt?: string
  /** from then on the interviewers are notified of a candidate in the lobby */
  lobbyOpensAt?: string
  endsAt?: string
  timeZone?: string
  company?: string
  contact?: { name: string }
  /** the audio and video meeting beside the room */
  meeting?: { kind: 'none' | 'wecom' | 'link'; url?: string; code?: string }
  /** for the candidate: interviewers who will be late; all: no interviewer is expected before */
  delay?: { minutes: number; expectedAt: string; all: boolean }
}
