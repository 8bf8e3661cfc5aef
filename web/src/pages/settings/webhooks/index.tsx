import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewWebhook, Webhook } from '@/api/webhooks'
import { webhooksQuery } from '@/api/webhooks'
import { useSession } from '@/app/useSession'
import { addTexts } from '@/i18n'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Empty, Loaded } from '@/ui/states'
import { Deliveries } from './Deliveries'
import { DeleteWebhook, RotateWebhook } from './Questions'
import { Secret } from './Secret'
import { WebhookForm } from './WebhookForm'
import { WebhookTable } from './WebhookTable'
import './webhooks.css'

await addTexts('admin')

export type Doing = 'edit' | 'log' | 'rotate' | 'delete'

/** Addresses of other systems that hear of what happens. */
export default function WebhooksTab() {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const administrator = useSession().roles.includes('administrator')
  const webhooks = useQuery({ ...webhooksQuery, enabled: administrator })
  const [making, setMaking] = useState(false)
  const [open, setOpen] = useState<{ doing: Doing; webhook: Webhook }>()
  const [made, setMade] = useState<NewWebhook>()
  const close = () => setOpen(undefined)
  const types = webhooks.data?.eventTypes ?? []
  if (!administrator) return <Empty title={common('error.forbidden')} />
  const button = (
    <Button theme="primary" disabled={!webhooks.data} onClick={() => setMaking(true)}>
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
      <Loaded query={webhooks} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('webhooks.none')} />
          ) : (
            <WebhookTable webhooks={items} onOpen={(doing, webhook) => setOpen({ doing, webhook })} />
          )
        }
      </Loaded>
      {making && <WebhookForm types={types} onClose={() => setMaking(false)} onMade={setMade} />}
      {open?.doing === 'edit' && (
        <WebhookForm webhook={open.webhook} types={types} onClose={close} onOther={(doing) => setOpen({ ...open, doing })} />
      )}
      {open?.doing === 'log' && <Deliveries webhook={open.webhook} onClose={close} />}
      {open?.doing === 'rotate' && <RotateWebhook webhook={open.webhook} onClose={close} onMade={setMade} />}
      {open?.doing === 'delete' && <DeleteWebhook webhook={open.webhook} onClose={close} />}
      {made && <Secret made={made} onClose={() => setMade(undefined)} />}
    </Card>
  )
}
