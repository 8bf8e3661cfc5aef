import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewWebhook, Webhook } from '@/api/webhooks'
import { webhooksQuery } from '@/api/webhooks'
import { useSession } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { DeliveriesDrawer } from './DeliveriesDrawer'
import { DeleteWebhookDialog, RotateSecretDialog } from './WebhookDialogs'
import { SecretDialog } from './SecretDialog'
import { WebhookForm } from './WebhookForm'
import { WebhookTable } from './WebhookTable'
import type { WebhookAction } from './webhookAction'
import './webhooks.css'

/** The webhook endpoints that receive events. */
export default function WebhooksTab() {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const administrator = useSession().roles.includes('administrator')
  const webhooks = useQuery({ ...webhooksQuery, enabled: administrator })
  const [creating, setCreating] = useState(false)
  const [open, setOpen] = useState<{ action: WebhookAction; webhook: Webhook }>()
  const [newWebhook, setNewWebhook] = useState<NewWebhook>()
  const close = () => setOpen(undefined)
  const types = webhooks.data?.eventTypes ?? []
  if (!administrator) return <EmptyState title={tCommon('error.forbidden')} />
  const button = (
    <Button theme="primary" disabled={!webhooks.data} onClick={() => setCreating(true)}>
      {t('webhooks.new')}
    </Button>
  )
  return (
    <Card flush title={t('webhooks.title')} actions={button}>
      <p className="hm-webhooks__about hm-muted hm-small">
        {t('webhooks.about')}{' '}
        <a href="https://www.standardwebhooks.com" target="_blank" rel="noreferrer noopener">
          {t('webhooks.specification')}
        </a>
      </p>
      <QueryContent query={webhooks} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('webhooks.none')} />
          ) : (
            <WebhookTable webhooks={items} onOpen={(action, webhook) => setOpen({ action, webhook })} />
          )
        }
      </QueryContent>
      {creating && <WebhookForm types={types} onClose={() => setCreating(false)} onCreated={setNewWebhook} />}
      {open?.action === 'edit' && (
        <WebhookForm webhook={open.webhook} types={types} onClose={close} onAction={(action) => setOpen({ ...open, action })} />
      )}
      {open?.action === 'log' && <DeliveriesDrawer webhook={open.webhook} onClose={close} />}
      {open?.action === 'rotate' && <RotateSecretDialog webhook={open.webhook} onClose={close} onRotated={setNewWebhook} />}
      {open?.action === 'delete' && <DeleteWebhookDialog webhook={open.webhook} onClose={close} />}
      {newWebhook && <SecretDialog newWebhook={newWebhook} onClose={() => setNewWebhook(undefined)} />}
    </Card>
  )
}
