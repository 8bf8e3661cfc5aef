import type { LibraryQuestionSummary } from '@/api/questionLibrary'

export interface LibraryFilter {
  q: string
  kind: LibraryQuestionSummary['kind'] | ''
  difficulty: LibraryQuestionSummary['difficulty'] | ''
  tag: string
}

/** Reports whether a question matches: each word of the search text is in its title or in a tag. */
export function matchesLibraryFilter(item: LibraryQuestionSummary, { q, kind, difficulty, tag }: LibraryFilter): boolean {
  const text = [item.title, ...item.tags].join(' ').toLowerCase()
  return (
    (!kind || item.kind === kind) &&
    (!difficulty || item.difficulty === difficulty) &&
    (!tag || item.tags.includes(tag)) &&
    q
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  )
}

/** The tags of the questions, those of most questions first. */
export function findTags(items: LibraryQuestionSummary[]): string[] {
  const count = new Map<string, number>()
  for (const { tags } of items) for (const tag of tags) count.set(tag, (count.get(tag) ?? 0) + 1)
  return [...count].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([tag]) => tag)
}
