import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldMessages, fieldUnder } from '@/api/problem'
import type { ProblemField } from '@/api/types'
import { useRequired } from './useRequired'

interface Options<I, O> {
  start: () => I
  save: UseMutationResult<O, Error, I>
  required: (keyof I & string)[]
  onSaved?: (saved: O) => void
  onClose: () => void
  /** What is sent, where that is not just what was typed. */
  sent?: (input: I) => I
}

/**
 * What every editor of one thing has: the draft, what is wrong with its
 * fields (missing here, refused by the server), and saving it. The props are EditorModal's.
 */
export function useEditor<I extends object, O>({ start, save, required, onSaved, onClose, sent = (input) => input }: Options<I, O>) {
  const [input, setInput] = useState(start)
  const missing = useRequired(input, required)
  const refused = fieldMessages(save.error)

  function onSave() {
    if (!missing.check()) return
    save.mutate(sent(input), {
      onSuccess: (saved) => {
        onSaved?.(saved)
        onClose()
      },
    })
  }
  return {
    input,
    set: (change: Partial<I>) => setInput((before) => ({ ...before, ...change })),
    problem: (name: keyof I & string): ProblemField | undefined => missing.problem(name) ?? fieldUnder(refused, name),
    props: { busy: save.isPending, error: save.error, onSave, onClose },
  }
}
