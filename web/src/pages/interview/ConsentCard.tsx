import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { consentsQuery } from '@/api/consents'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'

/** What the candidate has accepted before entering the room, for recruiters. */
export function ConsentCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const consents = useQuery(consentsQuery(interview.id))
  return (
    <Card title={t('consent.title')}>
      <QueryContent query={consents} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="hm-muted">{t('consent.none')}</p>
          ) : (
            <ul className="hm-stack">
              {items.map(({ version, language, acceptedAt, text }) => (
                <li key={version}>
                  <p>{t('consent.accepted', { time: formatDateTime(acceptedAt, zone), version })}</p>
                  <details>
                    <summary>{t('consent.show')}</summary>
                    <p className="hm-wrap hm-small" lang={language}>
                      {text}
                    </p>
                  </details>
                </li>
              ))}
            </ul>
          )
        }
      </QueryContent>
    </Card>
  )
}
