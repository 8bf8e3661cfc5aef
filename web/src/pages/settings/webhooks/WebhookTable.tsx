import { useTranslation } from 'react-i18next'
import type { Webhook } from '@/api/webhooks'
import { useZone } from '@/app/useSession'
import { formatMoment } from '@/time/format'
import { Button } from '@/ui/Button'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import type { Doing } from './index'
import { typeText } from './types'

const tones: Record<Webhook['state'], Tone> = { enabled: 'success', disabled: 'default', paused: 'danger' }
const doings: Doing[] = ['log', 'edit'] // the others stand in the form

export function WebhookTable({ webhooks, onOpen }: { webhooks: Webhook[]; onOpen: (doing: Doing, webhook: Webhook) => void }) {
  const { t } = useTranslation('admin')
  return (
    <Table
      label={t('webhooks.title')}
      rows={webhooks}
      columns={[
        { title: t('webhooks.url'), main: true, cell: (one) => <Name webhook={one} /> },
        { title: t('webhooks.events'), cell: ({ eventTypes }) => <Events types={eventTypes} /> },
        { title: t('webhooks.state'), cell: (one) => <State webhook={one} /> },
        {
          title: t('webhooks.actions'),
          actions: true,
          cell: (webhook) =>
            doings.map((doing) => (
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

function Name({ webhook: { url, description } }: { webhook: Webhook }) {
  return (
    <span className="hm-webhooks__name">
      {description && <b className="hm-strong">{description}</b>}
      <code className="hm-small">{url}</code>
    </span>
  )
}

function Events({ types }: { types: string[] }) {
  const { t } = useTranslation('admin')
  if (types.length === 0) return t('webhooks.all')
  return <span className="hm-small">{types.map((type) => t(typeText(type))).join(t('webhooks.comma'))}</span>
}

function State({ webhook: { state, failingSince } }: { webhook: Webhook }) {
  const { t } = useTranslation('admin')
  const zone = useZone()
  return (
    <span className="hm-webhooks__name">
      <span>
        <Tag tone={tones[state]}>{t(`webhooks.states.${state}`)}</Tag>
      </span>
      {failingSince && <span className="hm-small hm-bad">{t('webhooks.failingSince', { time: formatMoment(failingSince, zone) })}</span>}
    </span>
  )
}
