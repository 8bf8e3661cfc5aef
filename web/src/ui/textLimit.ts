export interface TextLimit {
  max: number
  /** characters: Unicode code points, as the API counts; units: UTF-16, as the room counts a chat message; bytes: UTF-8 */
  unit: 'characters' | 'units' | 'bytes'
}

export function measureText(text: string, unit: TextLimit['unit']): number {
  switch (unit) {
    case 'characters':
      return [...text].length
    case 'units':
      return text.length
    case 'bytes':
      return new TextEncoder().encode(text).length
  }
}

/** Returns the size of a text that exceeds the limit, else undefined. */
export function excessSize(text: string, { max, unit }: TextLimit): number | undefined {
  if (text.length * 3 <= max) return undefined // a UTF-16 unit has at most three bytes
  const size = measureText(text, unit)
  return size > max ? size : undefined
}
