import { currentLanguage } from '@/i18n/language'
import type { Day } from './zone'
import { browserTimeZone, offsetMinutes, toKnownZone, toWallClock } from './zone'

const formats = new Map<string, Intl.DateTimeFormat>()

function dateTimeFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([currentLanguage(), options])
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(currentLanguage(), { hourCycle: 'h23', ...options })
    formats.set(key, found)
  }
  return found
}

/** 14:00 */
export function formatTime(at: Date | string, zone: string): string {
  return toWallClock(new Date(at), zone).clock
}

/** 14:00–15:00; with the day of the end when it differs. */
export function formatTimeRange(from: string, to: string, zone: string): string {
  const [a, b] = [toWallClock(new Date(from), zone), toWallClock(new Date(to), zone)]
  return a.day === b.day ? `${a.clock}–${b.clock}` : `${a.clock}–${formatDay(b.day)} ${b.clock}`
}

/** 11月24日 周二; with the year when it is not the current one. */
export function formatDay(day: Day, now = new Date()): string {
  const year = day.slice(0, 4) === String(now.getUTCFullYear()) ? undefined : 'numeric'
  return dateTimeFormat({ timeZone: 'UTC', year, month: 'short', day: 'numeric', weekday: 'short' }).format(new Date(`${day}T00:00:00Z`))
}

/** 周二 24: for the head of a calendar's column. */
export function formatWeekday(day: Day): string {
  return dateTimeFormat({ timeZone: 'UTC', weekday: 'short' }).format(new Date(`${day}T00:00:00Z`))
}

/** 2026年11月 */
export function formatMonth(day: Day): string {
  return dateTimeFormat({ timeZone: 'UTC', year: 'numeric', month: 'long' }).format(new Date(`${day}T00:00:00Z`))
}

/** 11月24日 14:00 */
export function formatDateTime(at: string, zone: string): string {
  return dateTimeFormat({ timeZone: toKnownZone(zone), month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(at))
}

/** 2027年2月22日: for what may be years away. */
export function formatDate(at: string, zone: string): string {
  return dateTimeFormat({ timeZone: toKnownZone(zone), year: 'numeric', month: 'short', day: 'numeric' }).format(new Date(at))
}

/** 11月24日 14:00:05: for logs. */
export function formatDateTimeSeconds(at: string, zone: string): string {
  return dateTimeFormat({
    timeZone: toKnownZone(zone), month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).format(new Date(at))
}

/** 2026年11月24日 14:00:05: for logs that may be years old. */
export function formatDateTimeWithYear(at: string, zone: string): string {
  return dateTimeFormat({
    timeZone: toKnownZone(zone), year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).format(new Date(at))
}

/** Reports whether the zone differs from the browser's at that instant, so that a time must name it. */
export function isForeignZone(zone: string, at: Date): boolean {
  return offsetMinutes(at, zone) !== offsetMinutes(at, browserTimeZone(zone))
}

/** 中国标准时间 (GMT+8) */
export function formatTimeZone(zone: string, at = new Date()): string {
  const parts = dateTimeFormat({ timeZone: toKnownZone(zone), timeZoneName: 'long' }).formatToParts(at)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
  return `${name} (${formatOffset(offsetMinutes(at, zone))})`
}

/** GMT, GMT+8, GMT-3:30: as Intl's "shortOffset", which Chromium before 95 and Safari before 15.4 reject. */
export function formatOffset(minutes: number): string {
  if (minutes === 0) return 'GMT'
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `GMT${minutes < 0 ? '-' : '+'}${hours}${rest > 0 ? `:${String(rest).padStart(2, '0')}` : ''}`
}
