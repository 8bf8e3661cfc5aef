import { expect, it } from 'vitest'
import type { DrawingElement } from '@/drawing/element'
import { DrawingHistory } from './drawingHistory'

const element = (id: string, version: number, x: number): DrawingElement => ({ id, version, versionNonce: 1, type: 'rectangle', index: 'a0', x, y: 0, width: 10, height: 10, angle: 0 }) as DrawingElement

it('has the drawing at each time, forwards and backwards', () => {
  const count = 350
  const updates = Array.from({ length: count }, (_, n) => (n === 300 ? [{ id: 'e0', version: 1_000, versionNonce: 1, isDeleted: true }] : [element(`e${n % 7}`, n + 1, n)]))
  const history = new DrawingHistory(updates, updates.map((_, n) => n * 10))
  const fold = (until: number) => {
    const all = new Map<string, DrawingElement>()
    for (const [update] of updates.slice(0, until)) if (update && (all.get(update.id)?.version ?? 0) < update.version) all.set(update.id, update)
    return [...all.values()].filter(({ isDeleted }) => !isDeleted).sort((a, b) => (a.id < b.id ? -1 : 1))
  }
  for (const until of [count, 1, 100, 101, 199, 0, 301, 350, 300, 7]) expect(history.elementsAt(until * 10 - 5)).toEqual(fold(until))
  expect(history.elementsAt(45)).toBe(history.elementsAt(49))
  expect(history.bounds).toEqual({ left: 0, top: 0, right: 359, bottom: 10 })
  expect([history.lastChange(-1), history.lastChange(25), history.isEmpty]).toEqual([-1, 20, false])
  expect(new DrawingHistory([], []).elementsAt(5)).toEqual([])
})
