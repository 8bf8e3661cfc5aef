import { useState } from 'react'
import type { Question } from '@/api/types'
import { useDebouncedValue } from '@/ui/useDebouncedValue'

interface Input {
  q: string
  difficulty: Question['difficulty'] | ''
  tag: string
  /** only questions that need attention, for those who may change questions */
  attention: boolean
}

/** A filter of the question bank: its input, and the query, which follows the search text with a delay. */
export function useQuestionFilter() {
  const [input, setInput] = useState<Input>({ q: '', difficulty: '', tag: '', attention: false })
  const { q, difficulty, tag, attention } = input
  return {
    input,
    set: (part: Partial<Input>) => setInput((previous) => ({ ...previous, ...part })),
    isEmpty: !q && !difficulty && !tag && !attention,
    query: { q: useDebouncedValue(q.trim()) || undefined, difficulty: difficulty || undefined, tag: tag || undefined, attention: attention || undefined },
  }
}
