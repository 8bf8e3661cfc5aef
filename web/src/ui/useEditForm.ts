import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { Problem, problemsByField, problemForField } from '@/api/problem'
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
  /**
   * Version of the stored object that is edited; it is sent with the input. A form without edits
   * takes over a newer version; one with edits keeps them, and saving merges the two.
   */
  version?: number
  /** Converts a stored object to input, to merge the change of another person. */
  toInput?: (stored: O) => I
}

/** Merges two edits of base: fields that are unchanged in mine take their value from theirs. */
export function mergeInput<I extends object>(base: I, mine: I, theirs: I): I {
  const merged = { ...mine }
  for (const name of Object.keys(theirs) as (keyof I)[]) {
    if (JSON.stringify(mine[name]) === JSON.stringify(base[name])) merged[name] = theirs[name]
  }
  return merged
}

/**
 * The state of an edit form: the input, the problems of its
 * fields (required here, or reported by the server) and saving. The props are EditorModal's.
 * When another person has changed the object meanwhile, the form takes over that change, keeps the
 * fields edited here, shows the server's message, and saves over the new version next time.
 */
export function useEditForm<I extends object, O>({
  initialInput,
  save,
  required,
  onSaved,
  onClose,
  toPayload = (input) => input,
  version,
  toInput,
}: Options<I, O>) {
  const [input, setInput] = useState(initialInput)
  const [base, setBase] = useState({ input, version })
  const requiredFields = useRequiredFields(input, required)
  const serverProblems = problemsByField(save.error)
  const dirty = JSON.stringify(input) !== JSON.stringify(base.input)

  if (version !== undefined && base.version !== undefined && version > base.version && !dirty && !save.isPending) {
    const newer = initialInput()
    setInput(newer)
    setBase({ input: newer, version })
  }

  /** Takes over a stored object; fields that were edited since the given input keep their values. */
  function rebase(from: I, stored: O) {
    if (!toInput) return
    const theirs = toInput(stored)
    setInput((mine) => mergeInput(from, mine, theirs))
    setBase({ input: theirs, version: (stored as O & { version: number }).version })
  }

  function handleSave(change?: Partial<I>) {
    if (!requiredFields.check()) return
    const payload = toPayload({ ...input, ...change })
    save.mutate(base.version === undefined ? payload : { ...payload, version: base.version }, {
      onError: (error) => {
        if (error instanceof Problem && error.current) rebase(base.input, error.current as O)
      },
      onSuccess: (saved) => {
        rebase(input, saved)
        onSaved?.(saved)
        onClose()
      },
    })
  }
  return {
    input,
    set: (change: Partial<I>) => setInput((before) => ({ ...before, ...change })),
    problem: (name: keyof I & string): ProblemField | undefined => requiredFields.problem(name) ?? problemForField(serverProblems, name),
    /** The server's problem at an exact path, such as tests.cases[0].input. */
    problemAt: (path: string): ProblemField | undefined => serverProblems[path],
    /** Saves the input with a change that is not part of the form, such as an override of warnings. */
    saveWith: handleSave,
    props: { dirty, busy: save.isPending, error: save.error, onSave: () => handleSave(), onClose },
  }
}
