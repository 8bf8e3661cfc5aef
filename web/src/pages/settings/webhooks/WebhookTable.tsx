import { useTranslation } from 'react-i18next'
import type { Webhook } from '@/api/webhooks'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { eventTypeTextId } from './eventTypes'
import type { WebhookAction } from './webhookAction'

const tones: Record<Webhook['state'], Tone> = { enabled: 'success', disabled: 'default', paused: 'danger' }
const ROW_ACTIONS: WebhookAction[] = ['log', 'edit'] // the form has the others

export function WebhookTable({ webhooks, onOpen }: { webhooks: Webhook[]; onOpen: (action: WebhookAction, webhook: Webhook) => void }) {
  const { t } = useTranslation('admin')
  return (
    <Table
      label={t('webhooks.title')}
      rows={webhooks}
      columns={[
        { title: t('webhooks.url'), isRowHeader: true, cell: (one) => <WebhookName webhook={one} /> },
        { title: t('webhooks.events'), cell: ({ eventTypes }) => <EventTypes types={eventTypes} /> },
        { title: t('webhooks.state'), cell: (one) => <WebhookStateCell webhook={one} /> },
        {
          title: t('webhooks.actions'),
          isActions: true,
          cell: (webhook) =>
            ROW_ACTIONS.map((doing) => (
              <Button
                key={doing}
                size="small"
                variant="text"
                theme={doing === 'log' ? 'primary' : 'default'}
                onClick={() => onOpen(doing, webhook)}
              >
                {t(`webhooks.do.${doing}`)}
              </Button>
            )),
        },
      ]}
    />
  )
}

function WebhookName({ webhook: { url, description } }: { webhook: Webhook }) {
  return (
    <span className="hm-webhooks__name">
      {description && <b className="hm-strong">{description}</b>}
      <code className="hm-small">{url}</code>
    </span>
  )
}

function EventTypes({ types }: { types: string[] }) {
  const { t } = useTranslation('admin')
  if (types.length === 0) return t('webhooks.all')
  return <span className="hm-small">{types.map((type) => t(eventTypeTextId(type))).join(t('webhooks.comma'))}</span>
}

function WebhookStateCell({ webhook: { state, failingSince } }: { webhook: Webhook }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  return (
    <span className="hm-webhooks__name">
      <span>
        <Tag tone={tones[state]}>{t(`webhooks.states.${state}`)}</Tag>
      </span>
      {failingSince && <span className="hm-small hm-error-text">{t('webhooks.failingSince', { time: formatDateTime(failingSince, zone) })}</span>}
    </span>
  )
}
