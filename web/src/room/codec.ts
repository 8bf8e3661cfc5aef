// Encodes and decodes frames. A frame that does not match its type is rejected here.

import type { DrawingElement } from '@/drawing/element'
import type {
  AnswerFile,
  AnswerName,
  Permission,
  Changes,
  ChatMessage,
  Chunk,
  ClientMessage,
  Cursor,
  DocumentName,
  DocumentState,
  FileList,
  FileName,
  Language,
  Limits,
  ServerMessageOf,
  Participant,
  Question,
  QuestionProgress,
  Range,
  Room,
  Run,
  RunResult,
  RunStart,
  Self,
  ServerMessage,
  ServerMessageType,
  StateChange,
  StoredUpdate,
  TestCount,
  TestDifference,
  TestOffer,
  TestReport,
  TestResult,
  TerminalSize,
} from './protocol'
import {
  recordOf,
  isBoolean,
  isInteger,
  isRecord,
  arrayOf,
  nullable,
  isNumber,
  oneOf,
  optional,
  objectOf,
  isString,
  type Validator,
  type Shape,
} from './validators'

const isAnswerName: Validator<AnswerName> = (value): value is AnswerName => isString(value) && (value === 'code' || value.startsWith('code:')) && !value.includes('/')
const isFileName: Validator<FileName> = (value): value is FileName => isString(value) && /^code[:/]|^code$/.test(value)
const isDocumentName: Validator<DocumentName> = (value): value is DocumentName => value === 'notes' || isFileName(value)
const isRole = oneOf('candidate', 'interviewer', 'recruiter', 'observer')
const isRoomState = oneOf('lobby', 'open', 'ended')

// A permission that this client does not define does not invalidate the message.
const isPermissionList = arrayOf(isString) as Validator<Permission[]>

const isChanges: Validator<Changes> = (value): value is Changes =>
  Array.isArray(value) &&
  value.every((part) => isInteger(part) || (Array.isArray(part) && isInteger(part[0]) && part.slice(1).every(isString)))

const participantShape: Shape<Participant> = {
  id: isString,
  name: isString,
  role: isRole,
  color: isInteger,
  device: optional(isString),
}
const isParticipant = objectOf<Participant>(participantShape)
const isSelf = objectOf<Self>({ ...participantShape, can: isPermissionList })
const isLanguage = objectOf<Language>({ id: isString, name: isString, version: optional(isString), shell: optional(isBoolean) })
const isQuestion = objectOf<Question>({
  id: isString,
  title: isString,
  body: isString,
  difficulty: optional(isString),
  starter: optional(recordOf(isString)),
  expectedMinutes: optional(isInteger),
  hints: optional(arrayOf(isString)),
  followUps: optional(arrayOf(isString)),
  solutions: optional(recordOf(isString)),
  interviewerNotes: optional(isString),
  tests: optional(objectOf<TestOffer>({ visible: isInteger, hidden: isInteger, function: optional(isString), languages: optional(arrayOf(isString)) })),
})
const isProgress = arrayOf(objectOf<QuestionProgress>({ questionId: isString, done: optional(isBoolean), elapsedMs: isInteger, since: optional(isString) }))
const isChatMessage = objectOf<ChatMessage>({ id: isString, author: isString, name: isString, text: isString, at: isString, ref: isString })
const isChunk = objectOf<Chunk>({ stream: oneOf('stdout', 'stderr', 'system'), text: isString })
const isRunResult = objectOf<RunResult>({
  // Displayed by name; an unknown status is displayed as received.
  status: isString as unknown as Validator<RunResult['status']>,
  detail: optional(isString),
  exitCode: isInteger,
  signal: optional(isString),
  wallMs: isNumber,
  cpuMs: isNumber,
  memoryBytes: isNumber,
  truncated: isBoolean,
})
const sizeShape: Shape<TerminalSize> = { rows: isInteger, cols: isInteger }
const runShape: Shape<RunStart> = {
  id: isString,
  by: isString,
  doc: isAnswerName,
  version: isInteger,
  language: isString,
  at: isString,
  ref: optional(isString),
  tests: optional(objectOf<{ visible: number; hidden: number }>({ visible: isInteger, hidden: isInteger })),
  terminal: optional(objectOf<TerminalSize>(sizeShape)),
  shell: optional(isBoolean),
}
const isTestCount = objectOf<TestCount>({ passed: isInteger, total: isInteger, unjudged: optional(isInteger) })
const isTestResult = objectOf<TestResult>({
  number: isInteger,
  name: optional(isString),
  hidden: optional(isBoolean),
  // Displayed by name; an unknown verdict is displayed as received.
  verdict: isString as unknown as Validator<TestResult['verdict']>,
  input: isString,
  expected: isString,
  actual: optional(isString),
  printed: optional(isString),
  stderr: optional(isString),
  difference: optional(objectOf<TestDifference>({ line: optional(isInteger), path: optional(isString), expected: isString, actual: isString })),
  message: optional(isString),
  checkerError: optional(isString),
  truncated: optional(isBoolean),
  exitCode: optional(isInteger),
  signal: optional(isString),
  cpuMs: optional(isNumber),
  memoryBytes: optional(isNumber),
})
const isTestReport = objectOf<TestReport>({
  visible: isTestCount,
  hidden: isTestCount,
  cases: arrayOf(isTestResult),
  function: optional(isString),
  parameters: optional(arrayOf(isString)),
})
const isRun = objectOf<Run>({
  ...runShape,
  chunks: arrayOf(isChunk),
  result: optional(isRunResult),
  report: optional(isTestReport),
  position: optional(isInteger),
  done: optional(isInteger),
})
const isRange = objectOf<Range>({ anchor: isInteger, head: isInteger })
const cursorShape: Shape<Cursor> = {
  doc: isDocumentName,
  version: isInteger,
  connection: isString,
  participantId: isString,
  ranges: arrayOf(isRange),
}
const isLimits = objectOf<Limits>({
  documentUnits: isInteger,
  pushUpdates: isInteger,
  pushUnits: isInteger,
  chatUnits: isInteger,
  stdinBytes: isInteger,
  files: isInteger,
  fileUnits: isInteger,
  pathBytes: isInteger,
})
const isFileList = objectOf<FileList>({ entry: isFileName, files: arrayOf(objectOf<AnswerFile>({ doc: isFileName, path: optional(isString) })) })
const phaseShape: Shape<Omit<StateChange, 'type' | 'by' | 'can'>> = {
  state: isRoomState,
  startedAt: optional(isString),
  endedAt: optional(isString),
  endsAt: optional(isString),
  extensionsLeft: isInteger,
  reopenUntil: optional(isString),
}
const isRoom = objectOf<Room>({
  ...phaseShape,
  id: isString,
  title: isString,
  language: isString,
  languages: arrayOf(isLanguage),
  sandbox: objectOf<Room['sandbox']>({ ready: isBoolean, reason: optional(isString) }),
})
const documentShape: Shape<DocumentState> = {
  doc: isDocumentName,
  version: isInteger,
  head: isInteger,
  text: optional(isString),
  resume: optional(isBoolean),
}
const isDocumentState = objectOf<DocumentState>(documentShape)
// The other fields were checked by the server before they were stored.
const isDrawingElement = objectOf<Pick<DrawingElement, 'id' | 'version' | 'versionNonce' | 'isDeleted'>>({
  id: isString,
  version: isInteger,
  versionNonce: isInteger,
  isDeleted: optional(isBoolean),
}) as Validator<DrawingElement>
const isStoredUpdate = objectOf<StoredUpdate>({ clientId: isString, author: isString, changes: isChanges })

const shapes: { [T in ServerMessageType]: Shape<ServerMessageOf<T>> } = {
  welcome: {
    type: oneOf('welcome'),
    protocol: isInteger,
    now: isString,
    connection: isString,
    room: isRoom,
    you: isSelf,
    participants: arrayOf(isParticipant),
    waiting: optional(arrayOf(isParticipant)),
    answer: isAnswerName,
    files: isFileList,
    documents: arrayOf(isDocumentState),
    cursors: arrayOf(objectOf<Cursor>(cursorShape)),
    question: nullable(isQuestion),
    questions: optional(arrayOf(isQuestion)),
    progress: optional(isProgress),
    chat: arrayOf(isChatMessage),
    runs: arrayOf(isRun),
    drawing: optional(objectOf<NonNullable<ServerMessageOf<'welcome'>['drawing']>>({ seq: isInteger, elements: arrayOf(isDrawingElement), resume: optional(isBoolean) })),
    limits: isLimits,
  },
  waiting: {
    type: oneOf('waiting'),
    now: isString,
    room: objectOf({ id: isString, title: isString, state: isRoomState }),
    you: isSelf,
    staff: isBoolean,
  },
  lobby: { type: oneOf('lobby'), staff: isBoolean },
  turned_away: { type: oneOf('turned_away') },
  knock: { type: oneOf('knock'), participant: isParticipant, at: isString },
  knock_over: {
    type: oneOf('knock_over'),
    participantId: isString,
    device: optional(isString),
    outcome: oneOf('admitted', 'turned_away', 'left'),
  },
  joined: { type: oneOf('joined'), participant: isParticipant },
  left: { type: oneOf('left'), participantId: isString },
  connection_lost: { type: oneOf('connection_lost'), participantId: isString, at: isString },
  ack: { type: oneOf('ack'), doc: isDocumentName, clientId: isString, seq: isInteger, version: isInteger, count: isInteger },
  updates: { type: oneOf('updates'), doc: isDocumentName, version: isInteger, updates: arrayOf(isStoredUpdate) },
  resync: { type: oneOf('resync'), doc: isDocumentName, version: isInteger, text: isString, code: isString },
  cursor: { type: oneOf('cursor'), ...cursorShape },
  cursor_gone: { type: oneOf('cursor_gone'), connection: isString },
  language: { type: oneOf('language'), doc: isAnswerName, language: isString, by: isString },
  problem: {
    type: oneOf('problem'),
    question: nullable(isQuestion),
    by: isString,
    language: isString,
    document: objectOf<ServerMessageOf<'problem'>['document']>({ ...documentShape, doc: isAnswerName }),
    files: isFileList,
    documents: optional(arrayOf(isDocumentState)),
  },
  files: {
    type: oneOf('files'),
    answer: isAnswerName,
    by: isString,
    language: isString,
    files: isFileList,
    documents: optional(arrayOf(isDocumentState)),
  },
  question_added: { type: oneOf('question_added'), question: isQuestion, by: optional(isString) },
  progress: { type: oneOf('progress'), progress: isProgress },
  drawing: { type: oneOf('drawing'), seq: isInteger, by: isString, elements: arrayOf(isDrawingElement) },
  drawing_ack: { type: oneOf('drawing_ack'), ref: isString, elements: optional(arrayOf(isDrawingElement)) },
  chat: { type: oneOf('chat'), message: isChatMessage },
  run_started: { type: oneOf('run_started'), run: objectOf<RunStart>(runShape) },
  run_queued: { type: oneOf('run_queued'), runId: isString, position: isInteger, done: optional(isInteger) },
  run_output: { type: oneOf('run_output'), runId: isString, seq: isInteger, chunks: arrayOf(isChunk) },
  terminal_resized: { type: oneOf('terminal_resized'), runId: isString, ...sizeShape },
  run_finished: { type: oneOf('run_finished'), runId: isString, result: isRunResult, report: optional(isTestReport) },
  activity: {
    type: oneOf('activity'),
    participantId: isString,
    kind: oneOf('focus', 'blur', 'paste'),
    at: isString,
    doc: optional(isDocumentName),
    length: optional(isInteger),
    outside: optional(isBoolean),
  },
  state: {
    type: oneOf('state'),
    ...phaseShape,
    by: optional(isString),
    can: isPermissionList,
  },
  error: {
    type: oneOf('error'),
    code: isString,
    ref: optional(isString),
    doc: optional(isDocumentName),
    seq: optional(isInteger),
    retryAfterMs: optional(isNumber),
  },
  reconnect: { type: oneOf('reconnect'), afterMs: isNumber },
  pong: { type: oneOf('pong'), t: isNumber, now: isString },
}

export const serverMessageTypes = Object.keys(shapes) as ServerMessageType[]

/** The members that are validated for a message type; for the test that compares them with the examples. */
export function knownFields(type: ServerMessageType): string[] {
  return Object.keys(shapes[type])
}

const validators = new Map<string, Validator<ServerMessage>>(
  serverMessageTypes.map((type) => [type, objectOf(shapes[type] as Shape<ServerMessage>)]),
)

export type Decoded =
  | { kind: 'message'; message: ServerMessage }
  /** A message type of a newer server; ignored. */
  | { kind: 'unknown' }
  /** Not a message of this protocol. */
  | { kind: 'broken'; reason: string }

export function decodeFrame(frame: string): Decoded {
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch {
    return { kind: 'broken', reason: 'not JSON' }
  }
  if (!isRecord(value) || !isString(value.type)) return { kind: 'broken', reason: 'no type' }
  const check = validators.get(value.type)
  if (!check) return { kind: 'unknown' }
  if (!check(value)) return { kind: 'broken', reason: `${value.type} lacks a member or has a wrong one` }
  return { kind: 'message', message: value }
}

export function encodeMessage(message: ClientMessage): string {
  return JSON.stringify(message)
}
