import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useRetryMessage } from '@/api/company'
import type { Message } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTimeSeconds } from '@/time/format'
import { Button } from './Button'
import { useErrorText } from './feedback'
import { Table } from './Table'
import { MessageStateTag } from './stateTags'
import { toast } from './toast'
import './message-table.css'

interface Props {
  messages: Message[]
  /** Shows the interview column, for lists of several interviews. */
  withInterview?: boolean
  canRetry: boolean
}

/** Sent messages with recipient, time and delivery state. */
export function MessageTable({ messages, withInterview, canRetry }: Props) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const interview = {
    title: t('message.interview'),
    cell: (one: Message) => <SubjectLink message={one} />,
  }
  return (
    <Table
      label={t('nav.messages')}
      rows={messages}
      columns={[
        { title: t('message.kind'), isRowHeader: true, cell: (one) => <b className="hm-strong">{t(`message.kinds.${one.kind}`)}</b> },
        {
          title: t('message.recipient'),
          cell: (one) => (
            <>
              {one.recipient.name} <span className="hm-small hm-muted">{t(`message.channels.${one.channel}`)}</span>
            </>
          ),
        },
        ...(withInterview ? [interview] : []),
        { title: t('message.at'), cell: (one) => <span className="hm-num">{formatDateTimeSeconds(one.sentAt ?? one.createdAt, zone)}</span> },
        { title: t('message.stateTitle'), cell: (one) => <DeliveryStatus message={one} /> },
        { title: t('common.retry'), isActions: true, cell: (one) => canRetry && (one.state === 'failed' || one.deferredUntil) && <RetryButton id={one.id} deferred={!!one.deferredUntil} /> },
      ]}
    />
  )
}

/** What the message is about: an interview, or the offer of a mail. A written test has no page of its own. */
function SubjectLink({ message: { interviewId, interviewTitle, offerId } }: { message: Message }) {
  const { t } = useTranslation()
  if (offerId) return <Link to={`/offers/${offerId}`}>{t('message.offer')}</Link>
  return interviewId ? <Link to={`/interviews/${interviewId}`}>{interviewTitle}</Link> : null
}

function DeliveryStatus({ message }: { message: Message }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const { state, msgid, errcode, errorText, nextAttemptAt, deferredUntil, attempts } = message
  return (
    <div className="hm-delivery-status">
      <div className="hm-row">
        <MessageStateTag state={state} />
        {errcode !== 0 && <code className="hm-small">errcode {errcode}</code>}
        {attempts > 1 && <span className="hm-small hm-muted">{t('message.attempts', { count: attempts })}</span>}
      </div>
      {errorText && state !== 'sent' && <div className="hm-small hm-wrap">{errorText}</div>}
      {state === 'waiting' && nextAttemptAt && (
        <div className="hm-small hm-muted">{t('message.next', { time: formatDateTimeSeconds(nextAttemptAt, zone) })}</div>
      )}
      {deferredUntil && <div className="hm-small hm-muted">{t('message.deferredUntil', { time: formatDateTimeSeconds(deferredUntil, zone) })}</div>}
      {msgid && (
        <details className="hm-small hm-muted">
          <summary>{t('message.details')}</summary>
          <div className="hm-delivery-status__id">msgid {msgid}</div>
        </details>
      )}
    </div>
  )
}

function RetryButton({ id, deferred }: { id: string; deferred: boolean }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const retry = useRetryMessage()
  return (
    <Button
      size="small"
      variant="text"
      theme="primary"
      loading={retry.isPending}
      onClick={() => retry.mutate(id, { onSuccess: () => toast.success(t('message.retryToast')), onError: (err) => toast.error(errorText(err)) })}
    >
      {deferred ? t('message.sendNow') : t('message.resend')}
    </Button>
  )
}
