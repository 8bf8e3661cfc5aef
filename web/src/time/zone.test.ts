import { describe, expect, it } from 'vitest'
import { addDays, formatMinutesOfDay, toInstant, isTimeZone, minutesOfDay, startOfWeek, proposeSlot, offsetMinutes, todayIn, toWallClock, weekdayIndex } from './zone'

describe('toInstant and toWallClock', () => {
  const cases: [string, string, string, string][] = [
    ['2026-11-24', '14:00', 'Asia/Shanghai', '2026-11-24T06:00:00.000Z'],
    ['2026-11-24', '00:30', 'Asia/Tokyo', '2026-11-23T15:30:00.000Z'],
    ['2026-07-01', '09:00', 'America/New_York', '2026-07-01T13:00:00.000Z'],
    ['2026-12-01', '09:00', 'America/New_York', '2026-12-01T14:00:00.000Z'],
    ['2026-06-01', '09:15', 'Asia/Kolkata', '2026-06-01T03:45:00.000Z'],
  ]
  it.each(cases)('%s %s in %s', (day, clock, zone, utc) => {
    expect(toInstant(day, clock, zone).toISOString()).toBe(utc)
    expect(toWallClock(new Date(utc), zone)).toEqual({ day, clock })
  })

  it('moves a time skipped by DST forward', () => {
    expect(toInstant('2026-03-08', '02:30', 'America/New_York').toISOString()).toBe('2026-03-08T07:30:00.000Z')
  })

  it('uses the first of a time repeated by DST', () => {
    expect(toInstant('2026-11-01', '01:30', 'America/New_York').toISOString()).toBe('2026-11-01T05:30:00.000Z')
  })

  it('converts the hours around a DST change', () => {
    expect(toInstant('2026-03-08', '01:59', 'America/New_York').toISOString()).toBe('2026-03-08T06:59:00.000Z')
    expect(toInstant('2026-03-08', '03:00', 'America/New_York').toISOString()).toBe('2026-03-08T07:00:00.000Z')
    expect(toInstant('2026-11-01', '02:00', 'America/New_York').toISOString()).toBe('2026-11-01T07:00:00.000Z')
  })
})

describe('days', () => {
  it('adds across months, years and clock changes', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
  })

  it('startOfWeek is Monday', () => {
    expect(startOfWeek('2026-11-23')).toBe('2026-11-23')
    expect(startOfWeek('2026-11-29')).toBe('2026-11-23')
    expect(weekdayIndex('2026-11-29')).toBe(6)
  })

  it('todayIn depends on the zone', () => {
    const now = new Date('2026-11-23T17:00:00Z')
    expect(todayIn('Asia/Shanghai', now)).toBe('2026-11-24')
    expect(todayIn('America/New_York', now)).toBe('2026-11-23')
  })
})

describe('clocks', () => {
  it('converts to minutes and back', () => {
    expect(minutesOfDay('09:30')).toBe(570)
    expect(formatMinutesOfDay(570)).toBe('09:30')
    expect(formatMinutesOfDay(1440 + 15)).toBe('00:15')
  })

  it.each([
    ['2026-11-23T06:31:00Z', '2026-11-23', '15:45'], // Monday: a quarter of an hour, at least an hour ahead
    ['2026-11-23T09:00:00Z', '2026-11-23', '18:00'],
    ['2026-11-23T09:01:00Z', '2026-11-24', '10:00'], // after work
    ['2026-11-23T18:00:00Z', '2026-11-24', '10:00'], // at night
    ['2026-11-27T15:31:00Z', '2026-11-30', '10:00'], // Friday night
    ['2026-11-28T03:00:00Z', '2026-11-30', '10:00'], // Saturday at noon
  ])('proposeSlot at %s is %s %s', (now, day, clock) => {
    expect(proposeSlot(new Date(now), 'Asia/Shanghai')).toEqual({ day, clock })
  })

  it('isTimeZone rejects unknown zones', () => {
    expect(isTimeZone('Asia/Shanghai')).toBe(true)
    expect(isTimeZone('Nowhere/Else')).toBe(false)
    expect(offsetMinutes(new Date('2026-01-01T00:00:00Z'), 'Asia/Shanghai')).toBe(480)
  })
})
