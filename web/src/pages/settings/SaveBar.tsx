import { useTranslation } from 'react-i18next'
import { unmatchedProblems } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Note, useErrorText } from '@/ui/feedback'

interface Props {
  dirty: boolean
  busy: boolean
  error: unknown
  fieldPaths: string[]
}

/** The error of a form in a card, and its save button. */
export function SaveBar({ dirty, busy, error, fieldPaths }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  return (
    <>
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
    </>
  )
}
