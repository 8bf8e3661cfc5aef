import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'

/** Validates required fields. Problems are shown after the first submit and removed as the fields are filled. */
export function useRequiredFields<T extends object>(input: T, names: (keyof T & string)[]) {
  const { t } = useTranslation()
  const [attempted, setAttempted] = useState(false)
  const isEmpty = (name: keyof T) => String(input[name] ?? '').trim() === ''
  return {
    check(): boolean {
      setAttempted(true)
      return !names.some(isEmpty)
    },
    problem(name: keyof T & string): ProblemField | undefined {
      if (!attempted || !names.includes(name) || !isEmpty(name)) return undefined
      return { path: name, code: 'required', message: t('form.error.required') }
    },
  }
}
