import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Delivery, Webhook } from '@/api/webhooks'
import { deliveryPagesQuery, useResendDelivery, useTestWebhook } from '@/api/webhooks'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { SelectField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { EmptyState, QueryContent, useErrorText } from '@/ui/feedback'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { eventTypeTextId } from './eventTypes'

const STATES: Delivery['state'][] = ['waiting', 'sending', 'delivered', 'failed']
const tones: Record<Delivery['state'], Tone> = { waiting: 'warning', sending: 'primary', delivered: 'success', failed: 'danger' }

/** Deliveries with responses, a test button and resend. */
export function DeliveriesDrawer({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const [state, setState] = useState<Delivery['state'] | ''>('')
  const pages = useInfiniteQuery(deliveryPagesQuery(webhook.id, state || undefined))
  return (
    <Modal kind="drawer" title={t('webhooks.log')} onClose={onClose}>
      <div className="hm-stack">
        <code className="hm-small hm-webhooks__url">{webhook.url}</code>
        <div className="hm-webhooks__bar">
          <SelectField
            hideLabel
            label={t('webhooks.state')}
            value={state}
            options={[{ value: '', label: t('webhooks.anyState') }, ...STATES.map((value) => ({ value, label: t(`webhooks.delivery.${value}`) }))]}
            onChange={setState}
          />
          <TestButton webhook={webhook} />
        </div>
        <QueryContent query={pages} lines={5}>
          {({ pages: loaded }) => {
            const deliveries = loaded.flatMap(({ items }) => items)
            if (deliveries.length === 0) return <EmptyState small title={t('webhooks.nothingSent')} />
            return (
              <ul className="hm-webhooks__log">
                {deliveries.map((one) => (
                  <DeliveryEntry key={one.id} delivery={one} />
                ))}
              </ul>
            )
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </div>
    </Modal>
  )
}

function TestButton({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const test = useTestWebhook(webhook.id)
  const handleTest = () => test.mutate(undefined, { onSuccess: () => toast.success(t('webhooks.testSent')), onError: (err) => toast.error(errorText(err)) })
  return (
    <Button loading={test.isPending} onClick={handleTest}>
      {t('webhooks.test')}
    </Button>
  )
}

function DeliveryEntry({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  return (
    <li>
      <details className="hm-webhooks__entry">
        <summary>
          <span className="hm-grow">
            {t(eventTypeTextId(delivery.type))}
            <span className="hm-small hm-muted hm-num"> {formatDateTime(delivery.createdAt, zone)}</span>
          </span>
          <Tag tone={tones[delivery.state]}>
            {t(`webhooks.delivery.${delivery.state}`)}
            {delivery.status ? ` · ${delivery.status}` : ''}
          </Tag>
        </summary>
        <DeliveryDetails delivery={delivery} />
      </details>
    </li>
  )
}

function DeliveryDetails({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const errorText = useErrorText()
  const resend = useResendDelivery()
  const handleResend = () =>
    resend.mutate(delivery.id, { onSuccess: () => toast.success(t('webhooks.resent')), onError: (err) => toast.error(errorText(err)) })
  return (
    <div className="hm-stack hm-stack--tight">
      {delivery.errorText && <p className="hm-error-text">{delivery.errorText}</p>}
      <p className="hm-small hm-muted">
        {t('webhooks.attempts', { count: delivery.attempts })}
        {delivery.attemptedAt && ` · ${t('webhooks.took', { ms: delivery.durationMs })}`}
        {delivery.nextAttemptAt && delivery.attempts > 0 && ` · ${t('webhooks.next', { time: formatDateTime(delivery.nextAttemptAt, zone) })}`}
      </p>
      <CodeBlock title={t('webhooks.body')} text={formatJson(delivery.body)} />
      {delivery.response && <CodeBlock title={t('webhooks.response')} text={delivery.response} />}
      <div>
        <Button size="small" loading={resend.isPending} disabled={delivery.state === 'sending'} onClick={handleResend}>
          {t('webhooks.resend')}
        </Button>
      </div>
    </div>
  )
}

function CodeBlock({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <div className="hm-small hm-muted">{title}</div>
      {/* It scrolls, so the keyboard must get there. */}
      <pre className="hm-webhooks__pre" role="region" tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </div>
  )
}

function formatJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
