import type { FormEvent, ReactNode } from 'react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { unmatchedProblems } from '@/api/problem'
import { Button } from './Button'
import { ConfirmDialog } from './ConfirmDialog'
import { Modal } from './Modal'
import { Note, useErrorText } from './feedback'

interface Props {
  title: string
  /** The input differs from what is stored. */
  dirty?: boolean
  busy: boolean
  error: unknown
  /** Paths of the fields that display their own problems. */
  fieldPaths: string[]
  onSave: () => void
  onClose: () => void
  children: ReactNode
}

/** A drawer with an edit form: server errors above, save button below. */
export function EditorModal({ title, dirty = false, busy, error, fieldPaths, onSave, onClose, children }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const formId = useId()
  const [edited, setEdited] = useState(false) // input that is not part of `dirty`, such as a text that is parsed on saving
  const [confirming, setConfirming] = useState(false)
  const handleClose = () => (dirty || edited ? setConfirming(true) : onClose())
  const unmatched = unmatchedProblems(error, fieldPaths)
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    // React bubbles events of a portal to the form around its opener.
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
    <Modal persistent kind="drawer" title={title} onClose={handleClose} footer={footer}>
      <form id={formId} noValidate className="hm-stack" onSubmit={handleSubmit} onChange={() => setEdited(true)}>
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
      {confirming && (
        <ConfirmDialog danger title={t('form.leaveTitle')} confirmLabel={t('form.leave')} onConfirm={onClose} onClose={() => setConfirming(false)}>
          <p>{t('form.leaveText')}</p>
        </ConfirmDialog>
      )}
    </Modal>
  )
}
