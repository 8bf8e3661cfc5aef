// An exported interview (docs/replay-format.md).

import type { EventKind, ReplayEvent, ReplayLog, ReplayUpdate } from '@/replay/log'
import type { Changes, DocumentName } from '@/room/protocol'

export interface TranscriptRow {
  salt?: string
  payload?: string
  /** instead of salt and payload: the payload is erased or not meant for the audience */
  payloadHash?: string
  chain: string
}

export interface Transcript {
  format: 'huimian-transcript'
  version: number
  interviewId: string
  audience: string
  streams: { stream: string; start: string; rows: TranscriptRow[] }[]
  seals: { keyId: string; publicKey: string; statement: string; signature: string }[]
}

export interface Statement {
  interviewId: string
  sealedAt: string
  streams: { stream: string; rows: number; head: string }[]
}

export interface Payload {
  stream: string
  row: number
  kind: string
  at: string
}

interface EditPayload extends Payload {
  author: string
  updates: { c: Changes; a?: number; e?: string }[]
}

interface EventPayload extends Payload {
  kind: EventKind
  seq: number
  actor: string
  subject: string
  version: number
  data: object
}

const EVENTS = 'events'

/** The log in a document, without the rows whose payload is not in it. A document ends before such a row. */
export function toReplayLog({ interviewId, streams }: Transcript): ReplayLog {
  const documents: ReplayLog['documents'] = []
  let events: ReplayEvent[] = []
  for (const { stream, rows } of streams) {
    if (stream === EVENTS) {
      events = rows.flatMap(({ payload }) => (payload === undefined ? [] : toEvent(JSON.parse(payload) as EventPayload)))
    } else {
      documents.push({ doc: stream as DocumentName, updates: toUpdates(rows) })
    }
  }
  return { interviewId, state: 'ended', documents, events }
}

function toEvent({ seq, at, actor, kind, subject, version, data }: EventPayload): ReplayEvent {
  return { seq, at, actor, kind, subject, version, data } as ReplayEvent
}

function toUpdates(rows: TranscriptRow[]): ReplayUpdate[] {
  const updates: ReplayUpdate[] = []
  let last = 0
  for (const { payload } of rows) {
    if (payload === undefined) break // the changes after it need its text
    const { at, author, updates: edits } = JSON.parse(payload) as EditPayload
    for (const { c: changes, a: age = 0, e: event } of edits) {
      last = Math.max(last, Date.parse(at) - age)
      updates.push({ at: new Date(last).toISOString(), author, event, changes })
    }
  }
  return updates
}
