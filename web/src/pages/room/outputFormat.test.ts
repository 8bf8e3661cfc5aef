import { expect, it } from 'vitest'
import { stripTerminalSequences, formatDuration, formatSize } from './outputFormat'

it.each([
  ['\u001B[31mred\u001B[0m', 'red'],
  ['\u001B]0;title\u0007text', 'text'],
  ['10%\r50%\r100%\ndone\n', '100%\ndone\n'],
  ['a\r\nb', 'a\nb'],
  ['wait…\r', 'wait…\r'],
  ['[1, 2]', '[1, 2]'],
])('%j is shown as %j', (printed, shown) => {
  expect(stripTerminalSequences(printed)).toBe(shown)
})

it('formats durations and sizes', () => {
  expect([formatDuration(180.4), formatDuration(2_440), formatSize(9_437_184), formatSize(512)]).toEqual(['180 ms', '2.4 s', '9.0 MB', '1 KB'])
})
