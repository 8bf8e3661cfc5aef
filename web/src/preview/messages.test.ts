import { describe, expect, it } from 'vitest'
import { MAX_ENTRY_UNITS, parseFrameMessage } from './messages'

describe('parseFrameMessage', () => {
  it.each([null, 1, 'pong', [], {}, { type: 'pong' }, { type: 'show' }, { type: 'console', entries: {}, dropped: 0 }, { type: 'console', entries: [], dropped: -1 }, { type: 'console', entries: [], dropped: '1' }])('rejects %j', (data) => {
    expect(parseFrameMessage(data)).toBeUndefined()
  })

  it('keeps the known fields of entries, and counts the others as dropped', () => {
    const entries = [
      { level: 'error', text: 'x', path: 'a.js', line: 3, column: 1, html: '<b>' },
      { level: 'missing', text: 'the room reports these' },
      { level: 'log', text: 1 },
      { level: 'log', text: 'y', path: 4, line: -1 },
      null,
    ]
    expect(parseFrameMessage({ type: 'console', entries, dropped: 2 })).toEqual({
      type: 'console',
      entries: [{ level: 'error', text: 'x', path: 'a.js', line: 3 }, { level: 'log', text: 'y' }],
      dropped: 5,
    })
  })

  it('cuts long texts and lists', () => {
    const message = parseFrameMessage({ type: 'console', entries: Array.from({ length: 150 }, () => ({ level: 'log', text: 'x'.repeat(10_000) })), dropped: 0 })
    expect(message).toMatchObject({ dropped: 50 })
    expect(message?.type === 'console' && message.entries.every(({ text }) => text.length === MAX_ENTRY_UNITS)).toBe(true)
  })
})
