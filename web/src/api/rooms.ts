import { queryOptions } from '@tanstack/react-query'
import { currentLanguage } from '@/i18n/language'
import type { ReplayLog } from '@/replay/log'
import type { AnswerName, RoomInfo, RoomState, Run } from '@/room/protocol'
import { Problem, parseProblem } from './problem'

// These endpoints belong to the room protocol (docs/room-protocol.md), not to the JSON API.
async function getFromRoom<T>(interviewId: string, path = ''): Promise<T> {
  const response = await fetch(`/api/rooms/${encodeURIComponent(interviewId)}${path}`, {
    headers: { 'Accept-Language': currentLanguage() },
    credentials: 'same-origin',
  })
  if (!response.ok) throw await parseProblem(response)
  return (await response.json()) as T
}

export function fetchRoomInfo(interviewId: string): Promise<RoomInfo> {
  return getFromRoom(interviewId)
}

/** The final code that answers a question, or that was written without one. */
export interface RoomAnswer {
  doc: AnswerName
  questionId?: string
  title?: string
  language: string
  /** of the entry */
  code: string
  /** all files when they have names, the entry first */
  files?: { path: string; code: string }[]
  /** an interviewer has marked the question as done */
  done?: boolean
  /** for which the question was shown while the room was open */
  elapsedMs?: number
}

/** What a room has produced: the answers and their newest runs, oldest first. */
export interface RoomSummary {
  state: RoomState
  answers: RoomAnswer[]
  runs: Run[]
  /** of those who ran a program, by participant id */
  names: Record<string, string>
}

export function roomSummaryQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['room', interviewId, 'summary'],
    queryFn: () => getFromRoom<RoomSummary>(interviewId, '/summary'),
  })
}

export function replayQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['room', interviewId, 'replay'],
    queryFn: () => getFromRoom<ReplayLog>(interviewId, '/replay'),
    staleTime: Infinity,
    gcTime: 0, // a log can be large
  })
}

const DELAY_INTERVAL = 15_000

/** What the waiting candidate sees of late interviewers. */
export function roomDelayQuery(roomInfo: RoomInfo) {
  return queryOptions({
    queryKey: ['room', roomInfo.interviewId, 'delay'],
    queryFn: async () => (await fetchRoomInfo(roomInfo.interviewId)).delay ?? null,
    initialData: roomInfo.delay ?? null,
    refetchInterval: DELAY_INTERVAL,
  })
}

export function roomInfoQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['room', interviewId],
    queryFn: () => fetchRoomInfo(interviewId),
    staleTime: Infinity,
    retry: (count, err) => !toConnectionError(err) && count < 3,
  })
}

const errorCodes: Record<number, string> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 410: 'gone' }

const errorsByTextId: Record<string, string> = { 'link.replaced': 'link_replaced', 'consent.required': 'consent_required' }

/** Why the server denies access; undefined when a retry may help. */
export function toConnectionError(err: unknown): { code: string; detail?: string } | undefined {
  if (!(err instanceof Problem)) return undefined
  const code = errorsByTextId[err.code] ?? errorCodes[err.status]
  return code === undefined ? undefined : { code, detail: err.message || undefined }
}

/** Returns why a socket did not open. Calls onMoved when the room is no longer a built-in one. */
export async function checkRoomAccess(interviewId: string, onMoved: (roomInfo: RoomInfo) => void): Promise<{ code: string; detail?: string } | undefined> {
  try {
    const door = await fetchRoomInfo(interviewId)
    if (door.kind !== 'builtin') onMoved(door)
    return undefined
  } catch (err) {
    return toConnectionError(err)
  }
}
