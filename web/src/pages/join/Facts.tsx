import { useTranslation } from 'react-i18next'
import type { Joining } from '@/api/join'
import { formatDay, formatSpan, formatZone } from '@/time/format'
import { wallClock } from '@/time/zone'

export function Facts({ join }: { join: Joining }) {
  const { t } = useTranslation('room')
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const from = new Date(join.startsAt)
  const sameClock = wallClock(from, own).clock === wallClock(from, join.timeZone).clock
  return (
    <dl className="room-facts">
      <dt>{t('join.position')}</dt>
      <dd>{join.positionTitle}</dd>
      <dt>{sameClock ? t('join.time') : t('join.yourTime')}</dt>
      <dd>
        <When join={join} zone={own} />
      </dd>
      {!sameClock && (
        <>
          <dt>{t('join.companyTime')}</dt>
          <dd>
            <When join={join} zone={join.timeZone} />
          </dd>
        </>
      )}
      <dt>{t('join.duration')}</dt>
      <dd>{t('join.minutes', { count: join.durationMinutes })}</dd>
      <dt>{t('join.contact')}</dt>
      <dd>{join.contact.name}</dd>
    </dl>
  )
}

function When({ join, zone }: { join: Joining; zone: string }) {
  const from = new Date(join.startsAt)
  const to = new Date(from.getTime() + join.durationMinutes * 60_000)
  return (
    <>
      <span className="hm-num">
        {formatDay(wallClock(from, zone).day)} {formatSpan(from.toISOString(), to.toISOString(), zone)}
      </span>{' '}
      <span className="hm-muted hm-small">{formatZone(zone, from)}</span>
    </>
  )
}
