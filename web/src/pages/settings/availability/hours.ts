import type { Shift } from '@/api/types'

/** Monday to Sunday, as the API numbers them. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const

export const MAX_SHIFTS = 3

/** A time field has no 24:00: such an end is shown as 00:00, which is on the next day. */
export function toTimeField(end: string): string {
  return end === '24:00' ? '00:00' : end
}

export function fromTimeField(start: string, end: string): string {
  return start === '00:00' && end === '00:00' ? '24:00' : end
}

/** The shifts with their indices in the list, to which the server's problems refer. */
export function shiftsOf(hours: Shift[], weekday: number): { shift: Shift; index: number }[] {
  return hours.flatMap((shift, index) => (shift.weekday === weekday ? [{ shift, index }] : []))
}

/** Adds a shift to a day: the usual hours, or two hours after its last shift. */
export function addShift(hours: Shift[], weekday: number): Shift[] {
  const last = shiftsOf(hours, weekday).at(-1)?.shift
  if (!last) return [...hours, { weekday, start: '09:00', end: '18:00' }]
  const from = Math.min(Number(last.end.slice(0, 2)) + 1, 22)
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`
  return [...hours, { weekday, start: clock(from), end: clock(from + 1) }]
}

export function removeShift(hours: Shift[], index: number): Shift[] {
  return hours.filter((_, position) => position !== index)
}

export function changeShift(hours: Shift[], index: number, change: Partial<Pick<Shift, 'start' | 'end'>>): Shift[] {
  return hours.map((shift, position) => {
    if (position !== index) return shift
    const { start, end } = { ...shift, ...change }
    return { ...shift, start, end: fromTimeField(start, toTimeField(end)) }
  })
}
