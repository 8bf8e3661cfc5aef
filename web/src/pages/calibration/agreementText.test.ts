import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { driftText, kappaText, recentText, shareText } from './agreementText'

const t = ((id: string, values?: object) => (values ? `${id} ${Object.values(values).join(' ')}` : id)) as unknown as TFunction<'calibration'>
const agreement = { subjects: 5, ratings: 11, pairs: 7, exact: 0.4, withinOne: 0.9, kappa: 0 }
const drift = { member: { userId: 'lin', name: '林一' }, subjects: 6, tooFew: false, mean: 0, recent: 0 }

it.each([
  [-0.5, 'poor'],
  [0.19, 'poor'],
  [0.2, 'fair'],
  [0.4, 'moderate'],
  [0.79, 'good'],
  [0.8, 'veryGood'],
])('names a kappa of %d', (kappa, word) => {
  expect(kappaText(t, { ...agreement, kappa })).toBe(`kappa.value ${kappa.toFixed(2)} kappa.word.${word}`)
})

it('names why there is no kappa', () => {
  expect(kappaText(t, { ...agreement, subjects: 4, obstacle: 'too_few' })).toBe('kappa.tooFew 4')
  expect(kappaText(t, { ...agreement, obstacle: 'no_variation' })).toBe('kappa.noVariation')
})

it('has no share without pairs', () => {
  expect([shareText(0.667, 3), shareText(0, 3), shareText(0, 0)]).toEqual(['67%', '0%', ''])
})

it('names the direction of a drift', () => {
  expect(driftText(t, { ...drift, mean: 0.6 })).toBe('drift.higher 0.6 6')
  expect(driftText(t, { ...drift, mean: -0.6 })).toBe('drift.lower 0.6 6')
  expect(driftText(t, drift)).toBe('drift.same 6')
  expect(driftText(t, { ...drift, tooFew: true, subjects: 2 })).toBe('drift.tooFew 2')
})

it('names a recent drift only beside older exercises', () => {
  expect(recentText(t, { ...drift, recent: 0.3 })).toBe('drift.recent +0.3')
  expect(recentText(t, { ...drift, subjects: 5 })).toBe('')
})
