import { useTranslation } from 'react-i18next'
import type { NewWebhook, Webhook } from '@/api/webhooks'
import { useDeleteWebhook, useRotateWebhook } from '@/api/webhooks'
import { Confirm } from '@/ui/Confirm'
import { toast } from '@/ui/toast'

export function DeleteWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const remove = useDeleteWebhook()
  const onConfirm = () =>
    remove.mutate(webhook.id, {
      onSuccess: () => {
        onClose()
        toast.success(t('webhooks.deleted'))
      },
    })
  return (
    <Confirm danger title={t('webhooks.deleteTitle')} confirm={t('webhooks.do.delete')} busy={remove.isPending} error={remove.error} onConfirm={onConfirm} onClose={onClose}>
      <code className="hm-small">{webhook.url}</code>
      <p>{t('webhooks.deleteText')}</p>
    </Confirm>
  )
}

export function RotateWebhook({ webhook, onClose, onMade }: { webhook: Webhook; onClose: () => void; onMade: (made: NewWebhook) => void }) {
  const { t } = useTranslation('admin')
  const rotate = useRotateWebhook()
  const onConfirm = () =>
    rotate.mutate(webhook.id, {
      onSuccess: (made) => {
        onClose()
        onMade(made)
      },
    })
  return (
    <Confirm title={t('webhooks.rotateTitle')} confirm={t('webhooks.do.rotate')} busy={rotate.isPending} error={rotate.error} onConfirm={onConfirm} onClose={onClose}>
      <p>{t('webhooks.rotateText')}</p>
    </Confirm>
  )
}
