import { describe, expect, it } from 'vitest'
import { elapsedOf, isDone, nextQuestion } from './progress'

const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
const list = [a, b, c]
const done = (...ids: string[]) => ids.map((questionId) => ({ questionId, done: true, elapsedMs: 0 }))

describe('the next question', () => {
  it.each([
    ['the one that follows', [], 'a', b],
    ['after a done one', done('b'), 'a', c],
    ['from the start, after the end', done('c'), 'b', a],
    ['none when the others are done', done('a', 'c'), 'b', undefined],
    ['the first while none is shown', [], '', a],
  ])('is %s', (_, progress, current, want) => {
    expect(nextQuestion(list, progress, current)).toBe(want)
  })
})

it('has the time for which a question was shown', () => {
  const progress = [
    { questionId: 'a', elapsedMs: 5_000 },
    { questionId: 'b', elapsedMs: 2_000, since: '2026-03-02T06:00:00.000Z' },
    { questionId: 'c', elapsedMs: 0, done: true },
  ]
  const now = Date.parse('2026-03-02T06:00:03.000Z')
  expect(elapsedOf(progress, 'a', now)).toBe(5_000)
  expect(elapsedOf(progress, 'b', now)).toBe(5_000)
  expect(elapsedOf(progress, 'b', now - 10_000)).toBe(2_000) // the browser's estimate of the server's time may be behind
  expect(elapsedOf(progress, 'c', now)).toBeUndefined()
  expect(elapsedOf(progress, 'd', now)).toBeUndefined()
  expect([isDone(progress, 'a'), isDone(progress, 'c')]).toEqual([false, true])
})
