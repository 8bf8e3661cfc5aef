import { describe, expect, it } from 'vitest'
import { avatarColors, nameInitials } from './Avatar'

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

/** The contrast of white text on a colour, as WCAG 2.1 defines it. */
function contrastOfWhite(color: string): number {
  const channel = (from: number) => {
    const value = parseInt(color.slice(from, from + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 1.05 / (0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05)
}

it.each(avatarColors)('initials are readable on %s', (color) => expect(contrastOfWhite(color)).toBeGreaterThanOrEqual(4.5))
