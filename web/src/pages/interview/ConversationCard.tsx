import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { conversationQuery, useAnswerCandidate, useRenewConversationLink } from '@/api/customerService'
import { limits } from '@/api/limits'
import type { Conversation, ConversationMessage, Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { copyToClipboard } from '@/ui/Copyable'
import { AreaField } from '@/ui/Field'
import { CopyIcon } from '@/ui/icons'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'

/** For recruiters: what the candidate has asked in WeChat, and the answers. Hidden while customer service is off. */
export function ConversationCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation(['translation', 'conversation'])
  const { data } = useQuery(conversationQuery(interview.id))
  if (!data || (!data.active && data.messages.length === 0)) return null
  return (
    <Card title={t('conversation:title')} actions={data.url && <LinkButtons interview={interview} conversation={data} url={data.url} />}>
      <div className="hm-stack">
        {data.failure && <Note tone="warning">{data.failure}</Note>}
        {data.messages.length === 0 ? (
          <p className="hm-muted">{data.openedAt ? t('conversation:noneOpened') : t('conversation:none')}</p>
        ) : (
          <div className="hm-conversation" role="log" aria-label={t('conversation:title')} tabIndex={0}>
            <ol>
              {data.messages.map((message) => (
                <MessageItem key={message.id} message={message} candidate={interview.candidate.name} />
              ))}
            </ol>
          </div>
        )}
        {data.obstacle ? data.messages.length > 0 && <p className="hm-muted hm-small">{data.obstacleText}</p> : <AnswerForm interview={interview} conversation={data} />}
      </div>
    </Card>
  )
}

function MessageItem({ message, candidate }: { message: ConversationMessage; candidate: string }) {
  const { t } = useTranslation('conversation')
  const zone = useTimeZone()
  const { author, recalled, kind, text, state, reason } = message
  return (
    <li className={author ? 'hm-conversation__item hm-conversation__item--own' : 'hm-conversation__item'}>
      <div className="hm-small hm-muted">
        {author ? author.name : candidate} · {formatDateTime(message.createdAt, zone)}
        {message.inWeCom && <> · {t('inWeCom')}</>}
      </div>
      <div className="hm-wrap">{recalled ? <span className="hm-muted">{t('recalled')}</span> : kind === 'text' ? text : t('other')}</div>
      {state && state !== 'sent' && (
        <div className={state === 'failed' ? 'hm-small hm-conversation__failed' : 'hm-small hm-muted'}>{reason || t(`states.${state}`)}</div>
      )}
    </li>
  )
}

function AnswerForm({ interview, conversation }: { interview: Interview; conversation: Conversation }) {
  const { t } = useTranslation('conversation')
  const errorText = useErrorText()
  const zone = useTimeZone()
  const [text, setText] = useState('')
  const [requestId, setRequestId] = useState(() => crypto.randomUUID())
  const answer = useAnswerCandidate(interview.id)
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    answer.mutate(
      { text, requestId },
      {
        onSuccess: () => {
          setText('')
          setRequestId(crypto.randomUUID())
        },
      },
    )
  }
  const { left, until } = conversation
  return (
    <form noValidate className="hm-stack" onSubmit={handleSubmit}>
      <AreaField
        label={t('answer')}
        hint={until && t('left', { count: left, time: formatDateTime(until, zone) })}
        value={text}
        limit={limits.AnswerInput.text}
        onChange={setText}
      />
      {answer.error && <Note tone="error">{errorText(answer.error)}</Note>}
      <div>
        <Button type="submit" theme="primary" disabled={!text.trim()} loading={answer.isPending}>
          {t('send')}
        </Button>
      </div>
    </form>
  )
}

function LinkButtons({ interview, conversation, url }: { interview: Interview; conversation: Conversation; url: string }) {
  const { t } = useTranslation('conversation')
  const { t: common } = useTranslation()
  const [confirming, setConfirming] = useState(false)
  const renew = useRenewConversationLink(interview.id)
  return (
    <>
      <Button size="small" variant="text" theme="primary" icon={<CopyIcon />} onClick={() => void copyToClipboard(url, common)}>
        {t('copyLink')}
      </Button>
      {conversation.openedAt && (
        <Button size="small" variant="text" onClick={() => setConfirming(true)}>
          {t('renew')}
        </Button>
      )}
      {confirming && (
        <ConfirmDialog
          title={t('renewTitle')}
          confirmLabel={t('renew')}
          busy={renew.isPending}
          error={renew.error}
          onConfirm={() => renew.mutate(undefined, { onSuccess: () => setConfirming(false) })}
          onClose={() => setConfirming(false)}
        >
          <p>{t('renewText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
