import { useTranslation } from 'react-i18next'
import type { JoinInfo } from '@/api/join'
import { formatDay, formatTimeRange, formatTimeZone } from '@/time/format'
import { browserTimeZone, toWallClock } from '@/time/zone'

export function JoinFacts({ join }: { join: JoinInfo }) {
  const { t } = useTranslation('room')
  const own = browserTimeZone(join.timeZone)
  const from = new Date(join.startsAt)
  const sameClock = toWallClock(from, own).clock === toWallClock(from, join.timeZone).clock
  return (
    <dl className="room-facts">
      <dt>{t('join.position')}</dt>
      <dd>{join.positionTitle}</dd>
      <dt>{sameClock ? t('join.time') : t('join.yourTime')}</dt>
      <dd>
        <JoinTime join={join} zone={own} named={!sameClock} />
      </dd>
      {!sameClock && (
        <>
          <dt>{t('join.companyTime')}</dt>
          <dd>
            <JoinTime join={join} zone={join.timeZone} named />
          </dd>
        </>
      )}
      <dt>{t('join.duration')}</dt>
      <dd>{t('join.minutes', { count: join.durationMinutes })}</dd>
      <dt>{t('join.contact')}</dt>
      <dd>
        {join.contact.name}
        {join.contact.weChatUrl && (
          <>
            {' · '}
            <a href={join.contact.weChatUrl} target="_blank" rel="noreferrer noopener">
              {t('join.weChat')}
            </a>
          </>
        )}
      </dd>
    </dl>
  )
}

function JoinTime({ join, zone, named }: { join: JoinInfo; zone: string; named: boolean }) {
  const from = new Date(join.startsAt)
  const to = new Date(from.getTime() + join.durationMinutes * 60_000)
  return (
    <>
      <span className="hm-num">
        {formatDay(toWallClock(from, zone).day)} {formatTimeRange(from.toISOString(), to.toISOString(), zone)}
      </span>{' '}
      {named && <span className="hm-muted hm-small">{formatTimeZone(zone, from)}</span>}
    </>
  )
}
