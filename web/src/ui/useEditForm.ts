import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { problemsByField, problemForField } from '@/api/problem'
import type { ProblemField } from '@/api/types'
import { useRequiredFields } from './useRequiredFields'

interface Options<I, O> {
  initialInput: () => I
  save: UseMutationResult<O, Error, I>
  required: (keyof I & string)[]
  onSaved?: (saved: O) => void
  onClose: () => void
  /** Converts the input before it is sent. */
  toPayload?: (input: I) => I
}

/**
 * The state of an edit form: the input, the problems of its
 * fields (required here, or reported by the server) and saving. The props are EditorModal's.
 */
export function useEditForm<I extends object, O>({ initialInput, save, required, onSaved, onClose, toPayload = (input) => input }: Options<I, O>) {
  const [input, setInput] = useState(initialInput)
  const requiredFields = useRequiredFields(input, required)
  const serverProblems = problemsByField(save.error)

  function handleSave() {
    if (!requiredFields.check()) return
    save.mutate(toPayload(input), {
      onSuccess: (saved) => {
        onSaved?.(saved)
        onClose()
      },
    })
  }
  return {
    input,
    set: (change: Partial<I>) => setInput((before) => ({ ...before, ...change })),
    problem: (name: keyof I & string): ProblemField | undefined => requiredFields.problem(name) ?? problemForField(serverProblems, name),
    props: { busy: save.isPending, error: save.error, onSave: handleSave, onClose },
  }
}
