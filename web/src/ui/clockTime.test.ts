import { describe, expect, it } from 'vitest'
import { isWholeClock, parseClock, quarterHours, quarterIndex } from './clockTime'

describe('parseClock', () => {
  it.each([
    ['9', '09:00'],
    ['09:05', '09:05'],
    ['9:30', '09:30'],
    ['930', '09:30'],
    ['1430', '14:30'],
    ['14.30', '14:30'],
    ['９：３０', '09:30'],
    ['9点', '09:00'],
    ['9点半', '09:30'],
    ['9点15分', '09:15'],
    ['15时30分', '15:30'],
    ['下午3点', '15:00'],
    ['下午 3:30', '15:30'],
    ['晚上8点', '20:00'],
    ['上午12点', '00:00'],
    ['中午', '12:00'],
    ['午後3時', '15:00'],
    ['午前9時30分', '09:30'],
    ['3 pm', '15:00'],
    ['3:30 p.m.', '15:30'],
    ['12 am', '00:00'],
    ['12 PM', '12:00'],
    ['23:59', '23:59'],
  ])('%s is %s', (text, clock) => expect(parseClock(text)).toBe(clock))

  it.each(['', 'x', '24:00', '25', '9:60', '1:2', '下午13点', '12345', '9-30', '-9', '9:30:15'])('%s is no time', (text) => expect(parseClock(text)).toBeUndefined())
})

it('a whole time has hours and minutes', () => {
  expect(['9:30', '09:30', '9', '930', '9:3', '29:30'].map(isWholeClock)).toEqual([true, true, false, false, false, false])
})

it('quarters of an hour', () => {
  expect([quarterHours.length, quarterHours[0], quarterHours[37], quarterHours[95]]).toEqual([96, '00:00', '09:15', '23:45'])
  expect(['14:30', '14:44', '00:00', undefined].map((clock) => quarterHours[quarterIndex(clock)])).toEqual(['14:30', '14:30', '00:00', '09:00'])
})
