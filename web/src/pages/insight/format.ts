import type { InsightPeriod } from '@/api/insight'
import { currentLanguage } from '@/i18n/language'
import { formatDay } from '@/time/format'
import type { Day } from '@/time/zone'
import { addDays, startOfWeek, todayIn } from '@/time/zone'

const WEEKS = 12

/** The last twelve weeks, with the present one. */
export function defaultPeriod(zone: string): InsightPeriod {
  const monday = startOfWeek(todayIn(zone))
  return { from: addDays(monday, -7 * (WEEKS - 1)), to: addDays(monday, 6) }
}

export function isDay(text: string | null): text is Day {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

export function formatPeriod(from: Day, to: Day): string {
  return from === to ? formatDay(from) : `${formatDay(from)} – ${formatDay(to)}`
}

/** 11/30: the first day of a week, below a chart. */
export function formatWeek(day: Day): string {
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8, 10))}`
}

function formatUnit(value: number, unit: 'hour' | 'day'): string {
  return new Intl.NumberFormat(currentLanguage(), { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
}

export const toHours = (minutes: number) => minutes / 60
export const toDays = (minutes: number) => minutes / 1440
export const formatHours = (hours: number) => formatUnit(hours, 'hour')
export const formatDays = (days: number) => formatUnit(days, 'day')
export const formatPercent = (percent: number) => `${Math.round(percent)}%`

/** part of whole in percent, null without a whole. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole
}
