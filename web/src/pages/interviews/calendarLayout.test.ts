import { describe, expect, it } from 'vitest'
import { visibleHours, layoutDay } from './calendarLayout'

const zone = 'Asia/Shanghai'
const timestamp = (clock: string, day = '2026-11-24') => `${day}T${clock}:00+08:00`
const timedItem = (id: string, from: string, to: string) => ({ id, startsAt: timestamp(from), endsAt: timestamp(to) })
const lanesById = (items: ReturnType<typeof timedItem>[]) =>
  Object.fromEntries(layoutDay(items, '2026-11-24', zone).map((p) => [p.item.id, `${p.lane}/${p.lanes}`]))

describe('layoutDay', () => {
  it('gives the full width without an overlap', () => {
    expect(lanesById([timedItem('a', '09:00', '10:00'), timedItem('b', '10:00', '11:00')])).toEqual({ a: '0/1', b: '0/1' })
  })

  it('puts overlapping interviews side by side', () => {
    expect(lanesById([timedItem('a', '09:00', '10:00'), timedItem('b', '09:30', '10:30')])).toEqual({ a: '0/2', b: '1/2' })
  })

  it('shares the width in a chain and reuses free lanes', () => {
    expect(lanesById([timedItem('a', '09:00', '10:00'), timedItem('b', '09:30', '11:00'), timedItem('c', '10:00', '11:00')])).toEqual({
      a: '0/2', b: '1/2', c: '0/2',
    })
  })

  it('counts lanes per group only', () => {
    const items = [timedItem('a', '09:00', '10:00'), timedItem('b', '09:00', '10:00'), timedItem('c', '09:00', '10:00'), timedItem('d', '14:00', '15:00')]
    expect(lanesById(items)).toEqual({ a: '0/3', b: '1/3', c: '2/3', d: '0/1' })
  })

  it('treats short interviews as MIN_MINUTES long', () => {
    expect(lanesById([timedItem('a', '09:00', '09:10'), timedItem('b', '09:15', '10:00')])).toEqual({ a: '0/2', b: '1/2' })
  })

  it('clips at midnight and ignores other days', () => {
    const late = { id: 'a', startsAt: timestamp('23:00', '2026-11-23'), endsAt: timestamp('01:30') }
    const other = { id: 'b', startsAt: timestamp('09:00', '2026-11-25'), endsAt: timestamp('10:00', '2026-11-25') }
    const placed = layoutDay([late, other], '2026-11-24', zone)
    expect(placed.map(({ item, from, to }) => [item.id, from, to])).toEqual([['a', 0, 90]])
  })
})

describe('visibleHours', () => {
  it('shows working hours, extended to all interviews', () => {
    expect(visibleHours([[]])).toEqual({ first: 8, last: 20 })
    const early = layoutDay([timedItem('a', '06:30', '07:00'), timedItem('b', '21:00', '22:15')], '2026-11-24', zone)
    expect(visibleHours([early])).toEqual({ first: 6, last: 23 })
  })
})
