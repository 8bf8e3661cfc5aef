import { describe, expect, it } from 'vitest'
import type { Availability } from '@/api/types'
import { axisOf, periodsWithin, spanOf } from './timeline'

const zone = 'Asia/Shanghai'
const period = (from: string, to: string) => ({ startsAt: `2026-03-${from}:00+08:00`, endsAt: `2026-03-${to}:00+08:00` })

function interviewers(...work: { startsAt: string; endsAt: string }[]): Pick<Availability, 'interviewers'> {
  return { interviewers: [{ userId: 'lin', name: '林一', timeZone: zone, work, busy: [] }] }
}

const hoursOf = (axis: { start: number; end: number }) => [new Date(axis.start + 8 * 3600_000).getUTCHours(), (axis.end - axis.start) / 3600_000]

describe('axisOf', () => {
  it('shows 8:00 to 20:00', () => {
    const axis = axisOf('2026-03-09', zone, interviewers(period('09T09:00', '09T18:00')))
    expect(hoursOf(axis)).toEqual([8, 12])
    expect(axis.marks).toHaveLength(12)
    expect(axis.marks[6]?.left).toBeCloseTo(50)
  })

  it('shows whole hours around what lies outside', () => {
    expect(hoursOf(axisOf('2026-03-09', zone, interviewers(period('09T06:30', '09T07:00')), period('09T20:30', '09T21:15')))).toEqual([6, 16])
  })

  it('ends with the day', () => {
    const axis = axisOf('2026-03-09', zone, interviewers(period('08T22:00', '09T06:00'), period('09T22:00', '10T06:00')))
    expect(hoursOf(axis)).toEqual([0, 24])
    expect(axis.marks).toHaveLength(12)
  })

  it('ignores other days', () => {
    expect(hoursOf(axisOf('2026-03-09', zone, interviewers(period('10T00:00', '10T23:00'))))).toEqual([8, 12])
  })

  it('has 23 hours on the day on which daylight saving begins', () => {
    const work = { startsAt: '2026-03-08T00:00:00-05:00', endsAt: '2026-03-09T00:00:00-04:00' }
    const axis = axisOf('2026-03-08', 'America/New_York', interviewers(work))
    expect((axis.end - axis.start) / 3600_000).toBe(23)
  })
})

describe('spanOf', () => {
  const axis = axisOf('2026-03-09', zone, interviewers())

  it('is the part of the axis', () => {
    expect(spanOf(axis, period('09T14:00', '09T17:00'))).toEqual({ left: 50, width: 25 })
  })

  it('is clipped', () => {
    expect(spanOf(axis, period('09T07:00', '09T11:00'))).toEqual({ left: 0, width: 25 })
  })

  it('is undefined outside', () => {
    expect(spanOf(axis, period('09T20:00', '09T21:00'))).toBeUndefined()
  })
})

it('periodsWithin clips', () => {
  const axis = axisOf('2026-03-09', zone, interviewers())
  expect(periodsWithin(axis, [period('08T20:00', '09T09:00'), period('10T09:00', '10T10:00')])).toEqual([
    { startsAt: '2026-03-09T00:00:00.000Z', endsAt: '2026-03-09T01:00:00.000Z' },
  ])
})
