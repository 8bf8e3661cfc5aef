import { expect, it } from 'vitest'
import { addShift, changeShift, removeShift, shiftsOf, toTimeField } from './hours'

const monday = { weekday: 1, start: '09:00', end: '12:00' }
const tuesday = { weekday: 2, start: '09:00', end: '18:00' }

it('adds the usual hours to a free day, and an hour after the last shift of another', () => {
  expect(addShift([monday], 2)).toEqual([monday, tuesday])
  expect(addShift([monday, tuesday], 1).at(-1)).toEqual({ weekday: 1, start: '13:00', end: '14:00' })
  expect(addShift([{ weekday: 1, start: '20:00', end: '24:00' }], 1).at(-1)).toEqual({ weekday: 1, start: '22:00', end: '23:00' })
})

it('lists the shifts of a day with their indices', () => {
  expect(shiftsOf([monday, tuesday, monday], 1).map(({ index }) => index)).toEqual([0, 2])
  expect(removeShift([monday, tuesday], 0)).toEqual([tuesday])
})

it('stores a whole day as 00:00 to 24:00', () => {
  const start = changeShift([{ ...monday, end: '00:00' }], 0, { start: '00:00' })
  expect(start).toEqual([{ weekday: 1, start: '00:00', end: '24:00' }])
  expect(toTimeField('24:00')).toBe('00:00')
  expect(changeShift(start, 0, { start: '08:00' })).toEqual([{ weekday: 1, start: '08:00', end: '00:00' }])
})
