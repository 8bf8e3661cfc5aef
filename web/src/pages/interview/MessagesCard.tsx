import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { interviewMessagesQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { MessageTable } from '@/ui/MessageTable'
import { Card } from '@/ui/Page'
import { EmptyState, QueryContent } from '@/ui/feedback'

export function MessagesCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const messages = useQuery(interviewMessagesQuery(interview.id))
  return (
    <Card flush title={t('nav.messages')}>
      <QueryContent query={messages} lines={3}>
        {({ items }) => (items.length > 0 ? <MessageTable canRetry messages={items} /> : <EmptyState small title={t('message.none')} />)}
      </QueryContent>
    </Card>
  )
}
