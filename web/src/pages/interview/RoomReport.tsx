import { useTranslation } from 'react-i18next'
import type { Room } from '@/api/types'
import { useZone } from '@/app/useSession'
import { formatMoment } from '@/time/format'
import { Card } from '@/ui/Page'

type Fact = NonNullable<Room['report']>[number]

// What ShowMeBug calls things is not documented: what we know is said in the reader's words, the rest as it comes.
const names = {
  comment: 'room.facts.comment',
  started_at: 'room.facts.started',
  ended_at: 'room.facts.ended',
  replay_url: 'room.facts.replay',
} as const

/** What ShowMeBug reports once it is over. */
export function RoomReport({ room: { rating, report = [] } }: { room: Room }) {
  const { t } = useTranslation()
  if (rating === undefined && report.length === 0) return null
  return (
    <Card title={t('room.report')}>
      <dl className="hm-facts">
        {rating !== undefined && (
          <>
            <dt>{t('room.rating')}</dt>
            <dd>
              <b className="hm-num">{rating}</b>
            </dd>
          </>
        )}
        {report.map((fact, index) => (
          <div key={index} className="hm-facts__pair">
            <Line fact={fact} />
          </div>
        ))}
      </dl>
    </Card>
  )
}

function Line({ fact: { name, value } }: { fact: Fact }) {
  const { t } = useTranslation()
  const zone = useZone()
  const known = names[name as keyof typeof names]
  return (
    <>
      <dt>{known ? t(known) : name || t('role.interviewer')}</dt>
      <dd className="hm-wrap">
        {/^https?:\/\//.test(value) ? (
          <a href={value} target="_blank" rel="noreferrer noopener">
            {t('room.facts.open')}
          </a>
        ) : isMoment(value) ? (
          formatMoment(value, zone)
        ) : (
          value
        )}
      </dd>
    </>
  )
}

function isMoment(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))
}
