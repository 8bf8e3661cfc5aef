import { diffLines } from 'diff'

export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string }

/** The lines of two texts, with those that differ. */
export function diffTexts(before: string, after: string): DiffLine[] {
  return diffLines(endLine(before), endLine(after)).flatMap(({ added, removed, value }) =>
    value.replace(/\n$/, '').split('\n').map((text): DiffLine => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text })),
  )
}

/** A missing line break at the end is no difference of the last line. */
function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
