// Days as people type them, in the three languages of the product.

import type { Day } from '@/time/zone'
import { addDays } from '@/time/zone'

const WEEKDAY = /[(（]?(?:周|星期|週)?[一二三四五六日天月火水木金土](?:曜日)?[)）]?$/

/**
 * The day of 2026-11-30, 2026/11/30, 20261130, 2026年11月30日; of 11-30, 11/30 and 11月30日 the one nearest to today.
 * undefined when the text is none, or has the year last: 03/04/2026 is of March or of April.
 */
export function parseDay(text: string, today: Day): Day | undefined {
  const rest = text.normalize('NFKC').replace(/\s+/g, '').replace(/日(.*)$/, (_, after: string) => after.replace(WEEKDAY, ''))
  const whole = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})$/.exec(rest) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(rest)
  if (whole) return format(Number(whole[1]), Number(whole[2]), Number(whole[3]))
  const short = /^(\d{1,2})[-/.月](\d{1,2})$/.exec(rest)
  if (!short) return undefined
  const year = Number(today.slice(0, 4))
  const days = [year - 1, year, year + 1].flatMap((one) => format(one, Number(short[1]), Number(short[2])) ?? [])
  return days.sort((a, b) => distance(a, today) - distance(b, today))[0]
}

/** Whether a text is a whole day, to which typing adds nothing. */
export function isWholeDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseDay(text, text) !== undefined
}

/** The same day of another month, or that month's last day. */
export function addMonths(day: Day, count: number): Day {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  first.setUTCMonth(first.getUTCMonth() + count)
  const month = first.toISOString().slice(0, 7)
  first.setUTCMonth(first.getUTCMonth() + 1)
  const last = addDays(first.toISOString().slice(0, 10), -1)
  const wanted = `${month}-${day.slice(8)}`
  return wanted < last ? wanted : last
}

function format(year: number, month: number, date: number): Day | undefined {
  const at = new Date(Date.UTC(year, month - 1, date))
  const exists = year > 0 && at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date
  return exists ? at.toISOString().slice(0, 10) : undefined
}

function distance(a: Day, b: Day): number {
  return Math.abs(Date.parse(a) - Date.parse(b))
}
