/** A day without a time or zone: 2026-11-24. Such texts sort and compare as days do. */
export type Day = string
/** A time of day: 09:30. */
export type ClockTime = string

/** Zones of the IANA database with an earlier name, which older browsers have in place of the present one. */
const earlierNames: Record<string, string> = {
  'America/Argentina/Buenos_Aires': 'America/Buenos_Aires', 'America/Ciudad_Juarez': 'America/Denver', 'America/Nuuk': 'America/Godthab',
  'Africa/Asmara': 'Africa/Asmera', 'Asia/Ho_Chi_Minh': 'Asia/Saigon', 'Asia/Kathmandu': 'Asia/Katmandu', 'Asia/Kolkata': 'Asia/Calcutta',
  'Asia/Yangon': 'Asia/Rangoon', 'Atlantic/Faroe': 'Atlantic/Faeroe', 'Europe/Kyiv': 'Europe/Kiev', 'Pacific/Kanton': 'Pacific/Enderbury',
  'Pacific/Chuuk': 'Pacific/Truk', 'Pacific/Pohnpei': 'Pacific/Ponape',
}

const known = new Map<string, string>()

/** The zone under a name that the browser has; UTC, which labels name, for an unknown one. */
export function toKnownZone(zone: string): string {
  let name = known.get(zone)
  if (name === undefined) {
    name = [zone, earlierNames[zone]].find((candidate) => candidate !== undefined && isTimeZone(candidate)) ?? 'UTC'
    known.set(zone, name)
  }
  return name
}

const partsFormats = new Map<string, Intl.DateTimeFormat>()

function partsFormat(zone: string): Intl.DateTimeFormat {
  let format = partsFormats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23',
      year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    })
    partsFormats.set(zone, format)
  }
  return format
}

function wallClockParts(at: Date, zone: string): Record<string, string> {
  return Object.fromEntries(partsFormat(toKnownZone(zone)).formatToParts(at).map(({ type, value }) => [type, value]))
}

/** The local day and time in the zone. */
export function toWallClock(at: Date, zone: string): { day: Day; clock: ClockTime } {
  const p = wallClockParts(at, zone)
  return { day: `${p.year}-${p.month}-${p.day}`, clock: `${p.hour}:${p.minute}` }
}

/** Minutes that the zone is ahead of UTC at that instant. */
export function offsetMinutes(at: Date, zone: string): number {
  const p = wallClockParts(at, zone)
  const wall = Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute), Number(p.second))
  return Math.round((wall - Math.floor(at.getTime() / 1000) * 1000) / 60_000)
}

/**
 * The instant at which the zone's wall clock shows day and clock. A time skipped by
 * a DST change is moved forward by the skipped hour; of a repeated time
 * the first is used.
 */
export function toInstant(day: Day, clock: ClockTime, zone: string): Date {
  const wall = Date.parse(`${day}T${clock}:00Z`)
  const before = offsetMinutes(new Date(wall - 24 * 3600_000), zone)
  const first = new Date(wall - before * 60_000)
  const there = offsetMinutes(first, zone)
  if (there === before) return first
  const second = new Date(wall - there * 60_000)
  return offsetMinutes(second, zone) === there ? second : first
}

export function addDays(day: Day, count: number): Day {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + count)
  return at.toISOString().slice(0, 10)
}

/** 0 for Monday … 6 for Sunday. */
export function weekdayIndex(day: Day): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
}

export function startOfWeek(day: Day): Day {
  return addDays(day, -weekdayIndex(day))
}

export function todayIn(zone: string, now = new Date()): Day {
  return toWallClock(now, zone).day
}

export function minutesOfDay(clock: ClockTime): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

export function formatMinutesOfDay(minutes: number): ClockTime {
  const inDay = ((minutes % 1440) + 1440) % 1440
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`
}

/**
 * The default start time: the next quarter of an hour at least one hour from now, within working hours
 * (Monday to Friday, start between 9:00 and 18:00); else 10:00 on the next working day.
 */
export function proposeSlot(now: Date, zone: string): { day: Day; clock: ClockTime } {
  const quarter = 15 * 60_000
  const slot = toWallClock(new Date(Math.ceil((now.getTime() + 3600_000) / quarter) * quarter), zone)
  if (isWorkday(slot.day) && slot.clock >= '09:00' && slot.clock <= '18:00') return slot
  let day = slot.clock < '09:00' ? slot.day : addDays(slot.day, 1)
  while (!isWorkday(day)) day = addDays(day, 1)
  return { day, clock: '10:00' }
}

function isWorkday(day: Day): boolean {
  return weekdayIndex(day) < 5
}

/**
 * The browser's time zone; fallback, the company's zone, when the browser has none or one that its own
 * Intl rejects: Chromium reports "Etc/Unknown" when it does not recognise the system's zone.
 */
export function browserTimeZone(fallback: string): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined
  return zone && isTimeZone(zone) ? zone : fallback
}

export function isTimeZone(zone: string): boolean {
  try {
    partsFormat(zone)
    return true
  } catch {
    return false
  }
}
