import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { interviewMessagesQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { MessageTable } from '@/ui/MessageTable'
import { Card } from '@/ui/Page'
import { Empty, Loaded } from '@/ui/states'

export function Messages({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const messages = useQuery(interviewMessagesQuery(interview.id))
  return (
    <Card flush title={t('nav.messages')}>
      <Loaded query={messages} lines={3}>
        {({ items }) => (items.length > 0 ? <MessageTable mayRetry messages={items} /> : <Empty small title={t('message.none')} />)}
      </Loaded>
    </Card>
  )
}
