import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DroppedText } from '@/room/store'
import { Button } from '@/ui/Button'
import { copyToClipboard } from '@/ui/Copyable'
import { Modal } from '@/ui/Modal'
import { useRoomContext } from './RoomContext'
import { noticeText } from './noticeText'

/** Shows the edits that the server rejected, so that they can be copied. */
export function DroppedTextDialog({ dropped }: { dropped: DroppedText }) {
  const { t } = useTranslation('room')
  const { t: translate } = useTranslation()
  const { session } = useRoomContext()
  const [copied, setCopied] = useState(false)
  const handleClose = () => session.dismissDroppedText()
  const handleCopy = () => void copyToClipboard(dropped.text, translate).then(setCopied)
  const footer = (
    <>
      <Button onClick={handleCopy}>{copied ? t('dropped.copied') : t('dropped.copy')}</Button>
      <Button theme="primary" onClick={handleClose}>
        {t('dropped.done')}
      </Button>
    </>
  )
  return (
    <Modal persistent ignoreEscape title={t('dropped.title')} onClose={handleClose} footer={footer}>
      <div className="hm-stack">
        <p>{t('dropped.text', { reason: noticeText(dropped.code) })}</p>
        <textarea className="hm-area hm-area--mono" rows={10} readOnly aria-label={t('dropped.title')} value={dropped.text} />
      </div>
    </Modal>
  )
}
