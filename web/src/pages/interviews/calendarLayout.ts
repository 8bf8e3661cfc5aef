import type { Day } from '@/time/zone'
import { addDays, toInstant } from '@/time/zone'

interface TimedItem {
  id: string
  startsAt: string
  endsAt: string
}

/** Position of an interview in a day's column. */
export interface PlacedItem<T> {
  item: T
  /** Minutes since the day's midnight, cut at its ends. */
  from: number
  to: number
  /** Lane among the overlapping interviews, and the number of lanes that share the width. */
  lane: number
  lanes: number
}

// Shorter blocks have no room for the title.
const MIN_MINUTES = 30

/**
 * Puts a day's interviews into lanes so that none covers another: each group
 * of interviews that overlap, directly or through others, shares the width.
 */
export function layoutDay<T extends TimedItem>(items: T[], day: Day, zone: string): PlacedItem<T>[] {
  const midnight = toInstant(day, '00:00', zone).getTime()
  const length = toInstant(addDays(day, 1), '00:00', zone).getTime() - midnight
  const minute = (at: string) => Math.max(0, Math.min(length, new Date(at).getTime() - midnight)) / 60_000
  const placed = items
    .map((item) => ({ item, from: minute(item.startsAt), to: minute(item.endsAt), lane: 0, lanes: 1 }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from || b.to - a.to || a.item.id.localeCompare(b.item.id))

  let group: PlacedItem<T>[] = []
  let groupEnd = -1
  for (const one of placed) {
    if (one.from >= groupEnd) group = [] // no overlap: start a new group
    const busy = new Set(group.filter((other) => visualEnd(other) > one.from).map(({ lane }) => lane))
    while (busy.has(one.lane)) one.lane++
    group.push(one)
    groupEnd = Math.max(groupEnd, visualEnd(one))
    const lanes = Math.max(...group.map(({ lane }) => lane)) + 1
    for (const other of group) other.lanes = lanes
  }
  return placed
}

function visualEnd({ from, to }: { from: number; to: number }): number {
  return Math.max(to, from + MIN_MINUTES)
}

/** The hours to show: working hours, extended to all interviews. */
export function visibleHours(days: PlacedItem<unknown>[][]): { first: number; last: number } {
  const all = days.flat()
  const first = Math.min(8, ...all.map(({ from }) => Math.floor(from / 60)))
  const last = Math.max(20, ...all.map((one) => Math.ceil(Math.min(visualEnd(one), 1440) / 60)))
  return { first, last }
}
