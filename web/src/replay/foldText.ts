/** A text without case, accents of Latin letters and width, for searches. */
export function foldText(text: string): string {
  const letters = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return letters.normalize('NFC').toLowerCase()
}
