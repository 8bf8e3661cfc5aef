import type { Question } from '@/api/types'
import { diffTexts, type DiffLine } from '@/ui/diffTexts'

/** What a question and its versions have in common. */
export type QuestionContent = Omit<Question, 'id' | 'createdAt' | 'updatedAt' | 'version'>

export const contentFields = [
  'title', 'body', 'difficulty', 'tags', 'expectedMinutes', 'starterCode', 'solutions', 'hints', 'followUps', 'interviewerNotes', 'tests',
] as const satisfies (keyof QuestionContent)[]

export type ContentField = (typeof contentFields)[number]

/** The text of a field, of which each line can be compared. */
function fieldText(content: QuestionContent, field: ContentField): string {
  switch (field) {
    case 'tags':
      return content.tags.join('\n')
    case 'expectedMinutes':
      return content.expectedMinutes ? String(content.expectedMinutes) : ''
    case 'starterCode':
    case 'solutions':
      return content[field].map(({ language, code }) => `${language}:\n${code}`).join('\n')
    case 'hints':
    case 'followUps':
      return content[field].map((text, index) => `${index + 1}. ${text}`).join('\n')
    case 'tests':
      return content.tests.cases.length > 0 ? JSON.stringify(content.tests, null, 2) : ''
    default:
      return content[field] ?? ''
  }
}

/** The fields that differ, with their lines. */
export function diffContent(before: QuestionContent, after: QuestionContent): { field: ContentField; lines: DiffLine[] }[] {
  return contentFields.flatMap((field) => {
    const [old, now] = [fieldText(before, field), fieldText(after, field)]
    if (old === now) return []
    return [{ field, lines: diffTexts(old, now) }]
  })
}

export function isContentField(field: string): field is ContentField {
  return (contentFields as readonly string[]).includes(field)
}
