import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { messagePages } from '@/api/company'
import type { Message } from '@/api/types'
import { hasRole, useSession } from '@/app/useSession'
import { SelectField } from '@/ui/Field'
import { MessageTable } from '@/ui/MessageTable'
import { MoreButton } from '@/ui/MoreButton'
import { Card, Page } from '@/ui/Page'
import { Empty, Loaded } from '@/ui/states'

const states: Message['state'][] = ['failed', 'waiting', 'queued', 'sending', 'sent', 'skipped']
const kinds: Message['kind'][] = [
  'invite', 'changed', 'cancelled', 'accepted', 'declined', 'reminder', 'candidate_waiting', 'evaluate', 'evaluate_reminder', 'summary',
  'room_failed', 'room_follows', 'room_ready',
]

export default function MessagesPage() {
  const { t } = useTranslation()
  const recruiter = hasRole(useSession(), 'recruiter')
  const [params, setParams] = useSearchParams()
  const state = states.find((one) => one === params.get('state'))
  const kind = kinds.find((one) => one === params.get('kind'))
  const pages = useInfiniteQuery(messagePages({ state, kind }))
  const set = (key: string, value: string) =>
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
          bare
          label={t('message.stateTitle')}
          value={state ?? ''}
          options={[{ value: '', label: t('message.anyState') }, ...states.map((value) => ({ value, label: t(`message.state.${value}`) }))]}
          onChange={(value) => set('state', value)}
        />
        <SelectField
          bare
          label={t('message.kind')}
          value={kind ?? ''}
          options={[{ value: '', label: t('message.anyKind') }, ...kinds.map((value) => ({ value, label: t(`message.kinds.${value}`) }))]}
          onChange={(value) => set('kind', value)}
        />
      </div>
      <Card flush>
        <Loaded query={pages}>
          {({ pages: loaded }) => {
            const messages = loaded.flatMap(({ items }) => items)
            if (messages.length > 0) return <MessageTable withInterview messages={messages} mayRetry={recruiter} />
            return <Empty title={state || kind ? t('common.noMatch') : t('message.none')} />
          }}
        </Loaded>
        <MoreButton query={pages} />
      </Card>
    </Page>
  )
}
