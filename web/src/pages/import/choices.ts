import type { Import, ImportCommit, ImportLine } from '@/api/imports'

/** The choice of a new candidate or position. */
export const NEW = 'new'

/** Choices that resolve issues of a preview: ids, or NEW. */
export interface Choices {
  /** By row. */
  candidates: Record<number, string>
  /** By title. */
  positions: Record<string, string>
}

export const noChoices: Choices = { candidates: {}, positions: {} }

/** Returns the lines without the issues that the choices resolve. */
export function resolveLines({ lines, positions }: Import, choices: Choices): ImportLine[] {
  const resolvedRows = new Set(positions.filter(({ title }) => choices.positions[title]).flatMap(({ rows }) => rows))
  return lines.map((line) => {
    const candidate = choices.candidates[line.row]
    const issues = line.issues.filter(({ choice }) => !((choice === 'candidate' && candidate) || (choice === 'position' && resolvedRows.has(line.row))))
    const has = (level: string) => issues.some((issue) => issue.level === level)
    return {
      ...line,
      issues,
      state: has('error') ? 'error' : has('warning') ? 'warning' : 'good',
      newCandidate: candidate ? candidate === NEW : Boolean(line.newCandidate),
    }
  })
}

/** The choices as the server expects them. */
export function toCommit({ candidates, positions }: Choices): Pick<ImportCommit, 'candidates' | 'positions'> {
  return {
    candidates: Object.entries(candidates).filter(([, id]) => id).map(([row, candidateId]) => ({ row: Number(row), candidateId })),
    positions: Object.entries(positions).filter(([, id]) => id).map(([title, positionId]) => ({ title, positionId })),
  }
}
