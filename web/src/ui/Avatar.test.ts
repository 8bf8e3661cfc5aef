import { describe, expect, it } from 'vitest'
import { nameInitials } from './Avatar'

describe('nameInitials', () => {
  it.each([
    ['林晓', '林晓'],
    ['欧阳明日', '明日'],
    ['Michael Brown', 'MB'],
    ['Émilie', 'É'],
    [' 佐藤 健 ', '佐藤'],
    ['', ''],
  ])('%s → %s', (name, short) => expect(nameInitials(name)).toBe(short))
})
