import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { messagePagesQuery } from '@/api/company'
import type { Message } from '@/api/types'
import { hasAct, useSession } from '@/app/useSession'
import { SelectField } from '@/ui/Field'
import { MessageTable } from '@/ui/MessageTable'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card, Page } from '@/ui/Page'
import { EmptyState, QueryContent } from '@/ui/feedback'

const STATES: Message['state'][] = ['failed', 'waiting', 'queued', 'sending', 'sent', 'skipped']
const KINDS: Message['kind'][] = [
  'invite', 'changed', 'cancelled', 'accepted', 'declined', 'reminder', 'candidate_waiting', 'evaluate', 'evaluate_reminder', 'summary',
  'room_failed', 'room_follows', 'room_ready', 'substitute', 'digest', 'booking_offer', 'written_test', 'decision_mail', 'decided', 'approval_rejected', 'approval_failed',
  'wechat_welcome', 'candidate_question', 'candidate_answer',
]

export default function MessagesPage() {
  const { t } = useTranslation()
  const recruiter = hasAct(useSession(), 'read_messages')
  const [params, setParams] = useSearchParams()
  const state = STATES.find((one) => one === params.get('state'))
  const kind = KINDS.find((one) => one === params.get('kind'))
  const pages = useInfiniteQuery(messagePagesQuery({ state, kind }))
  const setFilter = (key: string, value: string) =>
    setParams(
      (before) => {
        if (value) before.set(key, value)
        else before.delete(key)
        return before
      },
      { replace: true },
    )
  return (
    <Page title={t('nav.messages')} subtitle={t('message.subtitle')}>
      <div className="hm-filters" role="search">
        <SelectField
          hideLabel
          label={t('message.stateTitle')}
          value={state ?? ''}
          options={[{ value: '', label: t('message.anyState') }, ...STATES.map((value) => ({ value, label: t(`message.state.${value}`) }))]}
          onChange={(value) => setFilter('state', value)}
        />
        <SelectField
          hideLabel
          label={t('message.kind')}
          value={kind ?? ''}
          options={[{ value: '', label: t('message.anyKind') }, ...KINDS.map((value) => ({ value, label: t(`message.kinds.${value}`) }))]}
          onChange={(value) => setFilter('kind', value)}
        />
      </div>
      <Card flush>
        <QueryContent query={pages}>
          {({ pages: loaded }) => {
            const messages = loaded.flatMap(({ items }) => items)
            if (messages.length > 0) return <MessageTable withInterview messages={messages} canRetry={recruiter} />
            return <EmptyState title={state || kind ? t('common.noMatch') : t('message.none')} />
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
    </Page>
  )
}
