import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import { Modal } from './Modal'
import { Note, useErrorText } from './states'

interface Props {
  title: string
  confirm: string
  danger?: boolean
  busy?: boolean
  error?: unknown
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, confirm, danger, busy, error, onConfirm, onClose, children }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.back')}</Button>
      <Button theme={danger ? 'danger' : 'primary'} loading={busy} onClick={onConfirm}>
        {confirm}
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
