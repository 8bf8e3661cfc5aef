import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'

/** Fields that must not be empty: said after the first try, gone as soon as they are filled. */
export function useRequired<T extends object>(input: T, names: (keyof T & string)[]) {
  const { t } = useTranslation()
  const [tried, setTried] = useState(false)
  const empty = (name: keyof T) => String(input[name] ?? '').trim() === ''
  return {
    check(): boolean {
      setTried(true)
      return !names.some(empty)
    },
    problem(name: keyof T & string): ProblemField | undefined {
      if (!tried || !names.includes(name) || !empty(name)) return undefined
      return { path: name, code: 'required', message: t('form.flaw.required') }
    },
  }
}
