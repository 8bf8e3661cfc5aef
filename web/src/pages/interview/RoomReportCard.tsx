import { useTranslation } from 'react-i18next'
import type { Room } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Card } from '@/ui/Page'

type ReportFact = NonNullable<Room['report']>[number]

// ShowMeBug's field names are undocumented: known ones are translated, others are shown as received.
const factTextIds = {
  comment: 'room.facts.comment',
  started_at: 'room.facts.started',
  ended_at: 'room.facts.ended',
  replay_url: 'room.facts.replay',
} as const

/** ShowMeBug's report after the interview. */
export function RoomReportCard({ room: { rating, report = [] } }: { room: Room }) {
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
            <ReportEntry fact={fact} />
          </div>
        ))}
      </dl>
    </Card>
  )
}

function ReportEntry({ fact: { name, value } }: { fact: ReportFact }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const textId = factTextIds[name as keyof typeof factTextIds]
  return (
    <>
      <dt>{textId ? t(textId) : name || t('role.interviewer')}</dt>
      <dd className="hm-wrap">
        {/^https?:\/\//.test(value) ? (
          <a href={value} target="_blank" rel="noreferrer noopener">
            {t('room.facts.open')}
          </a>
        ) : isTimestamp(value) ? (
          formatDateTime(value, zone)
        ) : (
          value
        )}
      </dd>
    </>
  )
}

function isTimestamp(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))
}
