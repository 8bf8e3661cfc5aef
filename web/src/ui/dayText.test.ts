import { describe, expect, it } from 'vitest'
import { addMonths, isWholeDay, parseDay } from './dayText'

describe('parseDay', () => {
  it.each([
    ['2026-11-30', '2026-11-30'],
    ['2026/3/4', '2026-03-04'],
    ['2026.3.4', '2026-03-04'],
    ['20260304', '2026-03-04'],
    ['２０２６年３月４日', '2026-03-04'],
    ['2026年3月4日 (水)', '2026-03-04'],
    ['2028-02-29', '2028-02-29'],
    ['12-24', '2026-12-24'],
    ['1/5', '2027-01-05'], // not the one eleven months ago
    ['8月31日周一', '2026-08-31'],
    ['2月29日', '2028-02-29'], // the one year in reach that has it
  ])('%s', (text, want) => {
    expect(parseDay(text, text === '2月29日' ? '2027-11-30' : '2026-11-30')).toBe(want)
  })

  it.each(['', '明天', '2027-02-29', '2026-13-01', '30/11', '03/04/2026', '2026-11', '0000-01-01', '126-01-01', '2026-1-1-1'])('refuses "%s"', (text) => {
    expect(parseDay(text, '2026-11-30')).toBeUndefined()
  })
})

it('isWholeDay', () => {
  expect(['2026-11-30', '2026-11-3', '2026-11-31', '2026/11/30'].map(isWholeDay)).toEqual([true, false, false, false])
})

it('addMonths stays within the month', () => {
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28')
  expect(addMonths('2028-01-31', 1)).toBe('2028-02-29')
  expect(addMonths('2026-12-15', 1)).toBe('2027-01-15')
  expect(addMonths('2026-03-31', -12)).toBe('2025-03-31')
})
