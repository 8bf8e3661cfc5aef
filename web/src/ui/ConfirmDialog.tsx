import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import { Modal } from './Modal'
import { Note, useErrorText } from './feedback'

interface Props {
  title: string
  confirmLabel: string
  danger?: boolean
  busy?: boolean
  error?: unknown
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}

/** Confirmation dialog for actions that cannot be undone. */
export function ConfirmDialog({ title, confirmLabel, danger, busy, error, onConfirm, onClose, children }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.back')}</Button>
      <Button theme={danger ? 'danger' : 'primary'} loading={busy} onClick={onConfirm}>
        {confirmLabel}
      </Button>
    </>
  )
  return (
    <Modal title={title} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        {children}
        {error ? <Note tone="error">{errorText(error)}</Note> : null}
      </div>
    </Modal>
  )
}
