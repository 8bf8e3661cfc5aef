import type { Availability } from '@/api/types'
import type { Day } from '@/time/zone'
import { addDays, toInstant } from '@/time/zone'

/** A part of the axis, in percent of its length. */
export interface Span {
  left: number
  width: number
}

/** The hours of a day that the timeline shows, as instants. */
export interface Axis {
  start: number
  end: number
  /** Full hours between start and end, at most a dozen. */
  marks: { at: number; left: number }[]
}

interface Period {
  startsAt: string
  endsAt: string
}

const HOUR = 3600_000
const MAX_MARKS = 12

function clipTo(start: number, end: number, { startsAt, endsAt }: Period): [number, number] {
  return [Math.max(start, Date.parse(startsAt)), Math.min(end, Date.parse(endsAt))]
}

/** The axis of a day in the company's zone: from 8:00 to 20:00, and more for the working hours of an interviewer or the chosen time. */
export function axisOf(day: Day, zone: string, { interviewers }: Pick<Availability, 'interviewers'>, chosen?: Period): Axis {
  const midnight = toInstant(day, '00:00', zone).getTime()
  const nextMidnight = toInstant(addDays(day, 1), '00:00', zone).getTime()
  let start = toInstant(day, '08:00', zone).getTime()
  let end = toInstant(day, '20:00', zone).getTime()
  const periods = interviewers.flatMap(({ work, busy }) => [...work, ...busy])
  for (const period of chosen ? [...periods, chosen] : periods) {
    const [from, to] = clipTo(midnight, nextMidnight, period)
    if (from >= to) continue
    start = Math.min(start, from)
    end = Math.max(end, to)
  }
  start = midnight + Math.floor((start - midnight) / HOUR) * HOUR
  end = midnight + Math.ceil((end - midnight) / HOUR) * HOUR
  const hours = Math.round((end - start) / HOUR)
  const step = Math.ceil(hours / MAX_MARKS)
  const marks = Array.from({ length: Math.floor((hours - 1) / step) + 1 }, (_, index) => start + index * step * HOUR)
  return { start, end, marks: marks.map((at) => ({ at, left: ((at - start) / (end - start)) * 100 })) }
}

/** The part of the axis that a period covers; undefined for one outside. */
export function spanOf({ start, end }: Axis, period: Period): Span | undefined {
  const [from, to] = clipTo(start, end, period)
  if (from >= to) return undefined
  const percent = (length: number) => (length / (end - start)) * 100
  return { left: percent(from - start), width: percent(to - from) }
}

/** The periods that have a part within the axis, clipped to it. */
export function periodsWithin<T extends Period>({ start, end }: Axis, periods: T[]): T[] {
  return periods.flatMap((period) => {
    const [from, to] = clipTo(start, end, period)
    return from < to ? [{ ...period, startsAt: new Date(from).toISOString(), endsAt: new Date(to).toISOString() }] : []
  })
}
