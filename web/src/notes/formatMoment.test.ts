import { describe, expect, it } from 'vitest'
import { formatMoment, replayPath } from './formatMoment'

describe('formatMoment', () => {
  const startedAt = '2026-11-30T02:00:00Z'
  it.each([
    ['2026-11-30T02:12:05.900Z', '12:05'],
    ['2026-11-30T03:02:03Z', '1:02:03'],
    ['2026-11-30T02:00:00Z', '00:00'],
    ['2026-11-30T01:55:30Z', '−04:30'],
  ])('%s is %s', (at, text) => {
    expect(formatMoment(at, startedAt, 'Asia/Shanghai')).toBe(text)
  })

  it('is the time of day without a start', () => {
    expect(formatMoment('2026-11-30T02:12:05Z', undefined, 'Asia/Shanghai')).toBe('10:12')
  })
})

describe('replayPath', () => {
  it('has the moment', () => {
    expect(replayPath('i1', '2026-11-30T02:12:05+08:00')).toBe('/interviews/i1/replay?at=2026-11-30T02%3A12%3A05%2B08%3A00')
  })
})
