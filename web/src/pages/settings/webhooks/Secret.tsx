import { useTranslation } from 'react-i18next'
import type { NewWebhook } from '@/api/webhooks'
import { useZone } from '@/app/useSession'
import { formatMoment } from '@/time/format'
import { Button } from '@/ui/Button'
import { Copyable, copy } from '@/ui/Copyable'
import { Modal } from '@/ui/Modal'
import { Note } from '@/ui/states'

/** The secret with which the receiver verifies, which is shown this once. */
export function Secret({ made, onClose }: { made: NewWebhook; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const zone = useZone()
  const footer = (
    <>
      <Button onClick={onClose}>{t('webhooks.done')}</Button>
      <Button theme="primary" onClick={() => void copy(made.secret, common)}>
        {t('webhooks.copy')}
      </Button>
    </>
  )
  return (
    <Modal keep title={t('webhooks.secret')} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        <Note tone="warning">{t('webhooks.once')}</Note>
        <Copyable label={t('webhooks.secret')} text={made.secret} />
        {made.oldSecretUntil && <p className="hm-muted">{t('webhooks.both', { time: formatMoment(made.oldSecretUntil, zone) })}</p>}
      </div>
    </Modal>
  )
}
