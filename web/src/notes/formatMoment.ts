import { formatTime } from '@/time/format'
import { formatOffset } from '@/time/formatOffset'

/** A moment by the time since the start of the interview, negative before it; the time of day before the interview has started. */
export function formatMoment(at: string, startedAt: string | undefined, zone: string): string {
  if (!startedAt) return formatTime(at, zone)
  const elapsed = Date.parse(at) - Date.parse(startedAt)
  return elapsed < 0 ? `−${formatOffset(-elapsed)}` : formatOffset(elapsed)
}

/** The replay of an interview at a moment. */
export function replayPath(interviewId: string, at: string): string {
  return `/interviews/${interviewId}/replay?at=${encodeURIComponent(at)}`
}
