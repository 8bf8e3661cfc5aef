import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientMessage } from './protocol'
import { Terminals } from './terminals'

let sent: ClientMessage[]
let notices: string[]
let online: boolean
let terminals: Terminals

const typed = () => sent.map((message) => (message.type === 'terminal_input' ? message.text : message.type))

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  notices = []
  online = true
  terminals = new Terminals({
    send: (message) => online && sent.push(message) > 0,
    outputOf: (runId) => `output of ${runId};`,
    onNotice: (code) => notices.push(code),
  })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('input', () => {
  it('is sent at once, and then joined for a time', () => {
    terminals.type('r', 'a')
    terminals.type('r', 'b')
    terminals.type('r', 'c')
    expect(typed()).toEqual(['a'])
    vi.advanceTimersByTime(50)
    expect(typed()).toEqual(['a', 'bc'])
    vi.advanceTimersByTime(500)
    terminals.type('r', 'd')
    expect(typed()).toEqual(['a', 'bc', 'd'])
  })

  it('is sent in messages of at most 4,096 bytes, of whole characters', () => {
    terminals.type('r', '林'.repeat(2_000) + '😀'.repeat(600))
    vi.advanceTimersByTime(500)
    const texts = typed()
    expect(texts.join('')).toBe('林'.repeat(2_000) + '😀'.repeat(600))
    for (const text of texts) {
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(4_096)
      expect(encodeURIComponent(text)).not.toBe('') // throws for half a character
    }
  })

  it('is discarded while the connection is lost', () => {
    online = false
    terminals.type('r', 'a')
    online = true
    vi.advanceTimersByTime(500)
    terminals.type('r', 'b')
    expect(typed()).toEqual(['b'])
    expect(notices).toEqual(['offline'])
  })

  it('is bounded', () => {
    terminals.type('r', 'x'.repeat(64 * 1024 + 1))
    expect(sent).toEqual([])
    expect(notices).toEqual(['terminal.full'])
  })
})

describe('output', () => {
  it('reaches the terminals of the run, from the start', () => {
    let shown = ''
    const unsubscribe = terminals.subscribe('r', {
      reset: (output) => (shown = output),
      append: (output) => (shown += output),
    })
    const print = (runId: string, text: string) => terminals.handleOutput({ type: 'run_output', runId, seq: 1, chunks: [{ stream: 'stdout', text }] })
    print('r', 'a')
    print('other', 'b')
    expect(shown).toBe('output of r;a')
    terminals.handleWelcome()
    expect(shown).toBe('output of r;')
    unsubscribe()
    print('r', 'c')
    expect(shown).toBe('output of r;')
  })
})
