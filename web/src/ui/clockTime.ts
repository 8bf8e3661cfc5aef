// Times of day as people type them, in the three languages of the product.

const AFTERNOON = /下午|晚上|晚|午後|pm/
const BEFORE_NOON = /上午|早上|凌晨|午前|am/
const NOON = /^(中午|正午)$/

/** The time of day as HH:MM: of 9, 930, 9:30, 9.30, 9点半, 下午3点, 午後3時, 3 pm. undefined when the text is none. */
export function parseClock(text: string): string | undefined {
  let rest = text.normalize('NFKC').toLowerCase().replace(/\s+|\./g, (found) => (found === '.' ? ':' : ''))
  rest = rest.replace(/([ap]):?m:?/, '$1m') // a.m.
  if (NOON.test(rest)) return '12:00'
  const half = AFTERNOON.test(rest) ? 'afternoon' : BEFORE_NOON.test(rest) ? 'morning' : undefined
  rest = rest
    .replace(AFTERNOON, '')
    .replace(BEFORE_NOON, '')
    .replace(/[点點时時](?=\d)/, ':')
    .replace(/[点點时時](半|钟)?$/, (_, part) => (part === '半' ? ':30' : ':00'))
    .replace(/分$/, '')
  const match = /^(\d{1,2}):(\d{2})$/.exec(rest) ?? /^(\d{1,2})(\d{2})$/.exec(rest) ?? /^(\d{1,2})$/.exec(rest)
  if (!match) return undefined
  let hours = Number(match[1])
  const minutes = Number(match[2] ?? 0)
  if (half && (hours < 1 || hours > 12)) return undefined
  if (half === 'afternoon') hours = (hours % 12) + 12
  if (half === 'morning') hours %= 12
  return hours < 24 && minutes < 60 ? format(hours, minutes) : undefined
}

/** Whether a text is a whole time, to which typing adds nothing. */
export function isWholeClock(text: string): boolean {
  return /^\d{1,2}:\d{2}$/.test(text) && parseClock(text) !== undefined
}

function format(hours: number, minutes: number): string {
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

/** Every quarter of an hour of a day. */
export const quarterHours: readonly string[] = Array.from({ length: 96 }, (_, index) => format(Math.floor(index / 4), (index % 4) * 15))

/** The index of the last quarter of an hour that is not after the time. */
export function quarterIndex(clock: string | undefined): number {
  const [hours = 9, minutes = 0] = (clock ?? '09:00').split(':').map(Number)
  return hours * 4 + Math.floor(minutes / 15)
}
