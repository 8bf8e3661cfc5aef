import type { FormEvent, ReactNode } from 'react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { unmatchedProblems } from '@/api/problem'
import { Button } from './Button'
import { Modal } from './Modal'
import { Note, useErrorText } from './feedback'

interface Props {
  title: string
  busy: boolean
  error: unknown
  /** Paths of the fields that show their own problems. */
  fieldPaths: string[]
  onSave: () => void
  onClose: () => void
  children: ReactNode
}

/** A drawer with a form for one thing: save below, what the server refuses above it. */
export function EditorModal({ title, busy, error, fieldPaths, onSave, onClose, children }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const formId = useId()
  const unmatched = unmatchedProblems(error, fieldPaths)
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    // React hands events of a portal on to the form that opened it.
    event.stopPropagation()
    onSave()
  }
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button type="submit" form={formId} theme="primary" loading={busy}>
        {t('common.save')}
      </Button>
    </>
  )
  return (
    <Modal persistent kind="drawer" title={title} onClose={onClose} footer={footer}>
      <form id={formId} noValidate className="hm-stack" onSubmit={handleSubmit}>
        {error ? (
          <Note tone="error">
            {errorText(error)}
            {unmatched.map(({ path, message }) => (
              <p key={path}>{message}</p>
            ))}
          </Note>
        ) : null}
        {children}
      </form>
    </Modal>
  )
}
