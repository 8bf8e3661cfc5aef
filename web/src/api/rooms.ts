import { queryOptions } from '@tanstack/react-query'
import { currentLanguage } from '@/i18n/language'
import type { Door } from '@/room/protocol'
import { Problem, problemOf } from './problem'

// The room's own address belongs to the room protocol (docs/room-protocol.md), not to the JSON API.
export async function fetchDoor(interviewId: string): Promise<Door> {
  const response = await fetch(`/api/rooms/${encodeURIComponent(interviewId)}`, {
    headers: { 'Accept-Language': currentLanguage() },
    credentials: 'same-origin',
  })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as Door
}

export function doorQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['room', interviewId],
    queryFn: () => fetchDoor(interviewId),
    staleTime: Infinity,
    retry: (count, err) => !refusalOf(err) && count < 3,
  })
}

const refusals: Record<number, string> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 410: 'gone' }

/** Why the server keeps us out; nothing when trying again may help. */
export function refusalOf(err: unknown): { code: string; detail?: string } | undefined {
  if (!(err instanceof Problem)) return undefined
  const code = refusals[err.status]
  return code === undefined ? undefined : { code, detail: err.message || undefined }
}

/** What a socket that did not open cannot say. A room that is elsewhere by now is handed over. */
export async function askDoor(interviewId: string, elsewhere: (door: Door) => void): Promise<{ code: string; detail?: string } | undefined> {
  try {
    const door = await fetchDoor(interviewId)
    if (door.kind !== 'builtin') elsewhere(door)
    return undefined
  } catch (err) {
    return refusalOf(err)
  }
}
