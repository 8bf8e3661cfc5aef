import { useTranslation } from 'react-i18next'
import type { NewWebhook, Webhook } from '@/api/webhooks'
import { useDeleteWebhook, useRotateWebhook } from '@/api/webhooks'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { toast } from '@/ui/toast'

export function DeleteWebhookDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const remove = useDeleteWebhook()
  const handleConfirm = () =>
    remove.mutate(webhook.id, {
      onSuccess: () => {
        onClose()
        toast.success(t('webhooks.deleted'))
      },
    })
  return (
    <ConfirmDialog danger title={t('webhooks.deleteTitle')} confirmLabel={t('webhooks.do.delete')} busy={remove.isPending} error={remove.error} onConfirm={handleConfirm} onClose={onClose}>
      <code className="hm-small">{webhook.url}</code>
      <p>{t('webhooks.deleteText')}</p>
    </ConfirmDialog>
  )
}

export function RotateSecretDialog({ webhook, onClose, onRotated }: { webhook: Webhook; onClose: () => void; onRotated: (made: NewWebhook) => void }) {
  const { t } = useTranslation('admin')
  const rotate = useRotateWebhook()
  const handleConfirm = () =>
    rotate.mutate(webhook.id, {
      onSuccess: (made) => {
        onClose()
        onRotated(made)
      },
    })
  return (
    <ConfirmDialog title={t('webhooks.rotateTitle')} confirmLabel={t('webhooks.do.rotate')} busy={rotate.isPending} error={rotate.error} onConfirm={handleConfirm} onClose={onClose}>
      <p>{t('webhooks.rotateText')}</p>
    </ConfirmDialog>
  )
}
