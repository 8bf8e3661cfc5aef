import { describe, expect, it } from 'vitest'
import { terminalText } from './terminalText'

const show = (output: string) => terminalText(output, 24)

describe('terminalText', () => {
  it.each([
    ['lines', 'name? 林悦\r\nhello\r\n', 'name? 林悦\nhello\n'],
    ['a line that is written again', '10%\r100%', '100%'],
    ['a shorter line that is written again', 'abcdef\rxy', 'xycdef'],
    ['a corrected word', 'helo\b \blo', 'hello'],
    ['a tab', 'a\tb', 'a       b'],
    ['colours', '\u001B[1;31mred\u001B[0m', 'red'],
    ['a title and a link', '\u001B]0;title\u0007\u001B]8;;https://example.com\u001B\\text\u001B]8;;\u001B\\', 'text'],
    ['movements', 'abc\u001B[2Dx\u001B[Cy', 'axcy'],
    ['an erased line', 'secret\r\u001B[Kok', 'ok'],
    ['an erased screen', 'a\r\nb\u001B[2J\u001B[Hc', 'c\n'],
    ['the lines below', 'a\r\nb\r\nc\u001B[A\u001B[J', 'a\nb'],
    ['the line above', 'one\r\ntwo\u001B[A\rONE', 'ONE\ntwo'],
    ['a bell and NUL', 'a\u0007\u0000b', 'ab'],
    ['characters beyond the basic plane', '😀x', '😀x'],
    ['half a sequence', 'a\u001B[', 'a'],
  ])('shows %s', (_, output, text) => {
    expect(show(output)).toBe(text)
  })

  it('keeps the lines above the screen', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\r\n')
    expect(terminalText(`${lines}\u001B[H!`, 10).split('\n')[30]).toBe('!ine 30')
  })

  it('is bounded for every output', () => {
    expect(show('\n'.repeat(1_000_000)).split('\n').length).toBeLessThanOrEqual(2_000)
    expect(show('\u001B[9999999C\u001B[9999999Bx').length).toBeLessThan(5_000)
    expect(show(`${'\u001B[9999999C'.repeat(50)}x`).length).toBeLessThan(5_000)
    expect(show(`${'\t'.repeat(60_000)}x`).length).toBeLessThan(5_000)
  })
})
