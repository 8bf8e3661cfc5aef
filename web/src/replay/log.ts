// The log of a room as GET /api/rooms/{id}/replay returns it (docs/room-protocol.md).

import type { DrawingElement } from '@/drawing/element'
import type { AnswerName, Changes, FileList, Chunk, Range, Role, RoomState, Run, RunResult, TerminalSize, TestReport } from '@/room/protocol'

export interface ReplayLog {
  interviewId: string
  state: RoomState
  documents: ReplayDocument[]
  events: ReplayEvent[]
}

export interface ReplayDocument {
  doc: string
  updates: ReplayUpdate[]
}

export interface ReplayUpdate {
  at: string
  author: string
  /** CodeMirror's user event */
  event?: string
  changes: Changes
}

interface FilesData extends FileList {
  answer: AnswerName
  path: string
  created?: string[]
}

interface EventData {
  join: { name: string; role: Role; userId?: string }
  knock: { name: string; role: Role; device?: string }
  leave: { lost?: boolean }
  admit: { device?: string }
  turn_away: { device?: string }
  start: { userId?: string }
  end: { userId?: string }
  extend: { userId?: string; endsAt: string }
  reopen: { userId?: string }
  // Without `doc`, an event is of a room that had one document for all answers.
  language: { doc?: AnswerName; language: string }
  problem: { title?: string; doc?: AnswerName; language?: string }
  question_add: { title: string; version: number }
  question_done: { title: string; done: boolean }
  /** the files of the answer after the change */
  file_create: FilesData
  file_rename: FilesData & { from: string }
  file_delete: FilesData
  file_entry: FilesData
  /** versions that replaced older ones */
  drawing: { elements: DrawingElement[] }
  /** the whole drawing, which follows from the events before, too */
  drawing_checkpoint: { elements: DrawingElement[] }
  chat: { id: string; name: string; text: string }
  run: { doc?: AnswerName; version: number; language: string; stdin?: string; tests?: Run['tests']; terminal?: TerminalSize; shell?: boolean }
  output: { seq: number; chunks: Chunk[] }
  /** typed into the terminal of the run */
  input: { text: string }
  resize: TerminalSize
  finish: { result: RunResult; report?: TestReport }
  focus: object
  blur: object
  paste: { length: number; outside: boolean }
  cursor: { version: number; ranges: Range[] }
}

export type EventKind = keyof EventData

export type ReplayEvent = {
  [K in EventKind]: { seq: number; at: string; actor?: string; kind: K; subject?: string; version: number; data: EventData[K] }
}[EventKind]
