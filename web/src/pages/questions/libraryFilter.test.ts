import { expect, it } from 'vitest'
import type { LibraryQuestionSummary } from '@/api/questionLibrary'
import { findTags, matchesLibraryFilter, type LibraryFilter } from './libraryFilter'

const item: LibraryQuestionSummary = { id: 'badge-ranges', kind: 'coding', title: 'Badge ranges', difficulty: 'easy', tags: ['arrays', 'sorting'], expectedMinutes: 20, languages: ['python'], testCases: 9 }
const none: LibraryFilter = { q: '', kind: '', difficulty: '', tag: '' }

it('compares the words of the search text with the title and the tags', () => {
  expect(matchesLibraryFilter(item, none)).toBe(true)
  expect(matchesLibraryFilter(item, { ...none, q: ' SORT badge ' })).toBe(true)
  expect(matchesLibraryFilter(item, { ...none, q: 'badge graph' })).toBe(false)
})

it('requires the kind, the difficulty and the tag', () => {
  expect(matchesLibraryFilter(item, { q: '', kind: 'coding', difficulty: 'easy', tag: 'arrays' })).toBe(true)
  expect(matchesLibraryFilter(item, { ...none, kind: 'sql' })).toBe(false)
  expect(matchesLibraryFilter(item, { ...none, difficulty: 'hard' })).toBe(false)
  expect(matchesLibraryFilter(item, { ...none, tag: 'array' })).toBe(false)
})

it('lists frequent tags first', () => {
  expect(findTags([{ ...item, tags: ['b', 'c'] }, { ...item, tags: ['a', 'c'] }])).toEqual(['c', 'a', 'b'])
})
