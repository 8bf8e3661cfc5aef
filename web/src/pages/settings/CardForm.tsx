import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { unmatchedProblems } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Note, useErrorText } from '@/ui/feedback'

interface Props {
  dirty: boolean
  busy: boolean
  error: unknown
  fieldPaths: string[]
  onSave: () => void
  children: ReactNode
}

/** A form in a card: its fields, the error of the last save, and the save button. */
export function CardForm({ dirty, busy, error, fieldPaths, onSave, children }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    onSave()
  }
  return (
    <form noValidate className="hm-stack" onSubmit={handleSubmit}>
      {children}
      {error ? (
        <Note tone="error">
          {errorText(error)}
          {unmatchedProblems(error, fieldPaths).map(({ path, message }) => (
            <p key={path}>{message}</p>
          ))}
        </Note>
      ) : null}
      <div>
        <Button type="submit" theme="primary" disabled={!dirty} loading={busy}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  )
}
