import { EditorState, type ChangeSpec } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import { editFilter } from './editFilter'
import type { Limits } from './protocol'

const limits: Limits = { documentUnits: 10_000, pushUpdates: 9, pushUnits: 9_000, chatUnits: 9, stdinBytes: 9, files: 9, fileUnits: 10_000, pathBytes: 9 }

function applyEdit(doc: string, changes: ChangeSpec): { before: string; sent: unknown; text: string; refused: string[] } {
  const refused: string[] = []
  const extensions = [editFilter({ getLimits: () => limits, onRefused: (reason) => refused.push(reason) })]
  const state = EditorState.create({ doc, extensions })
  const transaction = state.update({ changes, userEvent: 'input.type' })
  return {
    before: doc,
    sent: transaction.changes.toJSON(),
    text: transaction.newDoc.toString(),
    refused,
  }
}

describe('surrogate pairs', () => {
  // 😀 is D83D DE00, 😁 is D83D DE01: the browser reports the second half alone.
  it('widens a change of the second half to the whole character', () => {
    const { sent, text } = applyEdit('a😀b', { from: 2, to: 3, insert: '\uDE01' })
    expect(text).toBe('a😁b')
    expect(sent).toEqual([1, [2, '😁'], 1])
  })

  it('widens a deletion that splits two characters', () => {
    const { sent, text } = applyEdit('😀😁', { from: 1, to: 3, insert: '' })
    expect(text).toBe('😁') // D83D of the first and DE01 of the second
    expect(sent).toEqual([[4, '😁']])
  })

  it('replaces a lone surrogate', () => {
    expect(applyEdit('ab', { from: 1, insert: 'x\uD83Dy' })).toMatchObject({ text: 'ax\uFFFDyb', sent: [1, [0, 'x\uFFFDy'], 1] })
    expect(applyEdit('😀', { from: 1, to: 2, insert: '' }).text).toBe('\uFFFD')
  })

  it('leaves whole characters and line breaks alone', () => {
    expect(applyEdit('😀\nb', { from: 0, to: 2, insert: '会\n面' }).sent).toEqual([[2, '会', '面'], 2])
  })

  it('repairs one of several changes and keeps the others', () => {
    const { text, sent } = applyEdit('a😀b', [
      { from: 0, insert: '1' },
      { from: 2, to: 3, insert: '\uDE01' },
      { from: 4, insert: '2' },
    ])
    expect(text).toBe('1a😁b2')
    expect(sent).toEqual([[0, '1'], 1, [2, '😁'], 1, [0, '2']])
  })
})

describe('sizes', () => {
  it('refuses and reports an edit beyond the document limit', () => {
    const { text, refused } = applyEdit('a'.repeat(9_000), { from: 0, insert: 'b'.repeat(1_001) })
    expect(text).toHaveLength(9_000)
    expect(refused).toEqual(['too_large'])
  })

  it('refuses an edit beyond the push limit', () => {
    expect(applyEdit('', { from: 0, insert: 'b'.repeat(9_001) }).refused).toEqual(['too_large'])
  })

  it('limits the encoded size in bytes', () => {
    const large = { ...limits, documentUnits: 500_000, pushUnits: 262_144 }
    const refused: string[] = []
    const state = EditorState.create({ extensions: [editFilter({ getLimits: () => large, onRefused: (reason) => refused.push(reason) })] })
    expect(state.update({ changes: { from: 0, insert: '会'.repeat(250_000) } }).newDoc.length).toBe(250_000)
    expect(state.update({ changes: { from: 0, insert: '\u0001'.repeat(250_000) } }).newDoc.length).toBe(0)
    expect(refused).toEqual(['too_large'])
  })

  it('allows deletions in an oversized document', () => {
    expect(applyEdit('a'.repeat(11_000), { from: 0, to: 5 }).text).toHaveLength(10_995)
  })

  it('merges thousands of changes into one replacement', () => {
    const doc = 'ab'.repeat(2_500)
    const changes = Array.from({ length: 2_500 }, (_, i) => ({ from: i * 2, to: i * 2 + 1, insert: 'x' }))
    const { sent, text } = applyEdit(doc, changes)
    expect(text).toBe('xb'.repeat(2_500))
    expect(sent).toHaveLength(2)
  })
})
