// @vitest-environment jsdom

import { beforeEach, describe, expect, it, vi } from 'vitest'

HTMLCanvasElement.prototype.getContext = () => null // colours of the renderer, which is not opened
vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }))
const { createKeyHandler, createTerminal, writeOutput } = await import('./createTerminal')

const write = (terminal: ReturnType<typeof createTerminal>, text: string) => new Promise<void>((resolve) => terminal.write(text, resolve))

describe('output of a program that is not trusted', () => {
  it.each([
    ['device attributes', '\u001B[c\u001B[>c\u001B[=c'],
    ['cursor position', '\u001B[6n\u001B[5n\u001B[?6n'],
    ['window size', '\u001B[18t\u001B[14t\u001B[21t'],
    ['version', '\u001B[>q'],
    ['modes', '\u001B[?1$p\u001B[4$p'],
    ['settings', '\u001BP$qm\u001B\\\u001BP+q544e\u001B\\'],
    ['colours', '\u001B]4;1;?\u0007\u001B]10;?\u0007\u001B]11;?\u0007\u001B]12;?\u0007'],
    ['the clipboard', '\u001B]52;c;?\u0007\u001B]52;c;aGFja2Vk\u0007'],
    ['the mouse and the focus', '\u001B[?1000h\u001B[?1003;1006h\u001B[?1004h'],
  ])('gets no answer about %s', async (_, sequence) => {
    const terminal = createTerminal({ rows: 24, cols: 80 }, 'monospace')
    const answers: string[] = []
    terminal.onData((data) => answers.push(data))
    terminal.onBinary((data) => answers.push(data))
    await write(terminal, sequence + 'x')
    expect(answers).toEqual([])
    expect(terminal.modes.mouseTrackingMode).toBe('none')
    expect(terminal.modes.sendFocusMode).toBe(false)
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('x')
    terminal.dispose()
  })

  it('sets no title and no links', async () => {
    const terminal = createTerminal({ rows: 24, cols: 80 }, 'monospace')
    const titles: string[] = []
    terminal.onTitleChange((title) => titles.push(title))
    await write(terminal, '\u001B]0;a\u0007\u001B]2;b\u0007\u001B]8;;https://example.com\u0007text\u001B]8;;\u0007')
    expect(titles).toEqual([])
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('text')
    expect(terminal.buffer.active.getLine(0)?.getCell(0)?.isUnderline()).toBe(0)
    terminal.dispose()
  })

  it('is written in pieces', () => {
    const pieces: string[] = []
    writeOutput({ write: (text) => pieces.push(String(text)) }, 'x'.repeat(1_000_000))
    expect(pieces.join('').length).toBe(1_000_000)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(8_192)
  })
})

describe('keys', () => {
  let hasSelection = false
  let handle: (event: KeyboardEvent) => boolean
  const press = (key: string, more: KeyboardEventInit = {}) => handle(new KeyboardEvent('keydown', { key, ...more }))
  beforeEach(() => {
    hasSelection = false
    handle = createKeyHandler(() => hasSelection)
  })

  it('leave the terminal by Escape and Tab, in a row', () => {
    expect(press('Tab')).toBe(true)
    expect(press('Escape')).toBe(true)
    expect(press('a')).toBe(true)
    expect(press('Tab')).toBe(true)
    expect(press('Escape')).toBe(true)
    handle(new KeyboardEvent('keyup', { key: 'Escape' }))
    expect(press('Tab')).toBe(false)
    expect(press('Tab')).toBe(true)
    press('Escape')
    press('Shift', { shiftKey: true })
    expect(press('Tab', { shiftKey: true })).toBe(false)
  })

  it('copy a selection, and interrupt without one', () => {
    expect(press('c', { ctrlKey: true })).toBe(true)
    expect(press('C', { ctrlKey: true, shiftKey: true })).toBe(false)
    hasSelection = true
    expect(press('c', { ctrlKey: true })).toBe(false)
    expect(press('v', { ctrlKey: true })).toBe(false)
    expect(press('d', { ctrlKey: true })).toBe(true)
  })
})
