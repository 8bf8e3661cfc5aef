import { expect, it } from 'vitest'
import { formatOffset, formatTimeZone } from './format'
import { offsetMinutes } from './zone'

const at = new Date('2026-11-24T06:00:00Z')

it.each(['Asia/Shanghai', 'Asia/Kolkata', 'America/New_York', 'America/St_Johns', 'Pacific/Marquesas', 'Pacific/Kiritimati'])(
  'formatOffset equals Intl in %s',
  (zone) => {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at)
    expect(formatOffset(offsetMinutes(at, zone))).toBe(parts.find(({ type }) => type === 'timeZoneName')?.value)
  },
)

it('formatOffset of UTC has no number', () => {
  expect(formatOffset(0)).toBe('GMT')
})

it('formatTimeZone works where Intl rejects "shortOffset"', () => {
  const original = Intl.DateTimeFormat
  const old = function (language: string, options: Intl.DateTimeFormatOptions) {
    if (options.timeZoneName?.endsWith('Offset')) throw new RangeError('invalid timeZoneName')
    return new original(language, options)
  } as unknown as typeof Intl.DateTimeFormat
  Intl.DateTimeFormat = old
  try {
    expect(formatTimeZone('Asia/Shanghai', at)).toBe('中国标准时间 (GMT+8)')
  } finally {
    Intl.DateTimeFormat = original
  }
})
