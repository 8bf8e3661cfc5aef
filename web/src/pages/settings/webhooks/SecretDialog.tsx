import { useTranslation } from 'react-i18next'
import type { NewWebhook } from '@/api/webhooks'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Copyable, copyToClipboard } from '@/ui/Copyable'
import { Modal } from '@/ui/Modal'
import { Note } from '@/ui/feedback'

/** Shows the signing secret. The server returns it only once. */
export function SecretDialog({ newWebhook, onClose }: { newWebhook: NewWebhook; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const zone = useTimeZone()
  const footer = (
    <>
      <Button onClick={onClose}>{t('webhooks.done')}</Button>
      <Button theme="primary" onClick={() => void copyToClipboard(newWebhook.secret, tCommon)}>
        {t('webhooks.copy')}
      </Button>
    </>
  )
  return (
    <Modal persistent ignoreEscape title={t('webhooks.secret')} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        <Note tone="warning">{t('webhooks.once')}</Note>
        <Copyable label={t('webhooks.secret')} text={newWebhook.secret} />
        {newWebhook.oldSecretUntil && <p className="hm-muted">{t('webhooks.both', { time: formatDateTime(newWebhook.oldSecretUntil, zone) })}</p>}
      </div>
    </Modal>
  )
}
