import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DrawingElement } from './element'
import { isComplete, isStorable, toEditor, toStored, type EditorElement } from './excalidraw'

const example = join(import.meta.dirname, '../../../testdata/protocol/client-drawing.json')
const { elements: examples } = JSON.parse(readFileSync(example, 'utf8')) as { elements: DrawingElement[] }

const arrow: EditorElement = {
  id: 'a', version: 2, versionNonce: 3, isDeleted: false, type: 'arrow', index: 'a0', x: 1.2345, y: -0.001, width: 10, height: 5, angle: 0.123456,
  strokeColor: '#000', backgroundColor: 'transparent', fillStyle: 'solid', strokeWidth: 2, strokeStyle: 'solid', roughness: 0, opacity: 0, seed: 1,
  roundness: { type: 2 }, groupIds: [], frameId: null, boundElements: null, locked: false, link: 'javascript:alert(1)', customData: { a: 1 }, updated: 9,
  points: [[0, 0], [10.005, 5.999]], lastCommittedPoint: [1, 1], startBinding: { elementId: 'b', focus: 0.33333, gap: 1, fixedPoint: null }, endBinding: null,
  startArrowhead: null, endArrowhead: 'arrow', elbowed: false, fixedSegments: null, startIsSpecial: null, endIsSpecial: null,
}

describe('elements of Excalidraw', () => {
  it('are stored without what is local, links and fractions that cannot be seen', () => {
    expect(toStored(arrow)).toEqual({
      id: 'a', version: 2, versionNonce: 3, type: 'arrow', index: 'a0', x: 1.23, y: 0, width: 10, height: 5, angle: 0.1235,
      strokeColor: '#000', backgroundColor: 'transparent', fillStyle: 'solid', strokeWidth: 2, strokeStyle: 'solid', roughness: 0, opacity: 0, seed: 1,
      roundness: { type: 2 }, points: [[0, 0], [10.01, 6]], startBinding: { elementId: 'b', focus: 0.3333, gap: 1 }, endArrowhead: 'arrow',
    })
    expect(toStored({ ...arrow, isDeleted: true })).toEqual({ id: 'a', version: 2, versionNonce: 3, isDeleted: true })
  })

  it('are the same after they were stored and read', () => {
    for (const element of [...examples.filter(({ isDeleted }) => !isDeleted), toStored(arrow)]) expect(toStored(toEditor(element))).toEqual(element)
    expect(toEditor(toStored({ ...arrow, type: 'text', text: 'x', autoResize: false }))).toMatchObject({ autoResize: false, containerId: null })
    expect(toEditor(toStored(arrow))).toMatchObject({ endArrowhead: 'arrow', startArrowhead: null, link: null, groupIds: [] })
  })

  it('are sent when they are complete, and of a type that is stored', () => {
    expect(isComplete({ ...arrow, width: 0, height: 0 })).toBe(false)
    expect(isComplete({ ...arrow, width: 0 })).toBe(true)
    expect(isComplete({ ...arrow, type: 'text', text: '' })).toBe(false)
    expect(isComplete({ ...arrow, type: 'text', text: '', isDeleted: true })).toBe(true)
    expect(isComplete({ ...arrow, type: 'freedraw', width: 0, height: 0 })).toBe(true)
    expect(['rectangle', 'frame', 'image', 'embeddable', 'iframe', 'magicframe'].filter((type) => isStorable({ ...arrow, type }))).toEqual(['rectangle', 'frame'])
  })
})
