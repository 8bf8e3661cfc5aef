import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Dropped } from '@/room/store'
import { Button } from '@/ui/Button'
import { Modal } from '@/ui/Modal'
import { useHere } from './context'
import { noticeText } from './notices'

/** Edits that the server did not take: never thrown away unseen. */
export function DroppedText({ dropped }: { dropped: Dropped }) {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const [copied, setCopied] = useState(false)
  const close = () => session.forgetDropped()
  const copy = () => void navigator.clipboard.writeText(dropped.text).then(() => setCopied(true))
  const footer = (
    <>
      <Button onClick={copy}>{copied ? t('dropped.copied') : t('dropped.copy')}</Button>
      <Button theme="primary" onClick={close}>
        {t('dropped.done')}
      </Button>
    </>
  )
  return (
    <Modal keep title={t('dropped.title')} onClose={close} footer={footer}>
      <div className="hm-stack">
        <p>{t('dropped.text', { reason: noticeText(dropped.code) })}</p>
        <textarea className="hm-area hm-area--mono" rows={10} readOnly aria-label={t('dropped.title')} value={dropped.text} />
      </div>
    </Modal>
  )
}
