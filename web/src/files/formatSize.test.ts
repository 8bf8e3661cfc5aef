import { expect, it } from 'vitest'
import { formatSize } from './formatSize'

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 KB'],
  [120_000, '117 KB'],
  [1_000_000, '1.0 MB'],
  [10 * 1024 * 1024, '10.0 MB'],
])('formats %d bytes', (bytes, text) => expect(formatSize(bytes)).toBe(text))
