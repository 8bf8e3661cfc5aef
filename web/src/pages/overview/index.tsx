import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { overviewQuery, worklistQuery } from '@/api/interviews'
import type { Interview, Overview, Session } from '@/api/types'
import { hasAct, useSession } from '@/app/useSession'
import { formatDay } from '@/time/format'
import { todayIn, toWallClock } from '@/time/zone'
import { ResponseButtons } from '@/ui/ResponseButtons'
import { ButtonLink } from '@/ui/Button'
import { EnterRoomLink, useOffersRoom } from '@/ui/EnterRoomLink'
import { InterviewRow } from '@/ui/InterviewRow'
import { Card, Page } from '@/ui/Page'
import { EmptyState, QueryContent, Note } from '@/ui/feedback'
import { OffersCard } from './OffersCard'
import { AwaitingResponseCard, WorklistCard } from './WorklistCard'
import './overview.css'

export default function OverviewPage() {
  const { t } = useTranslation()
  const session = useSession()
  const overview = useQuery(overviewQuery)
  const recruiter = hasAct(session, 'read_worklist')
  const scheduler = hasAct(session, 'schedule_interviews')
  const worklist = useQuery({ ...worklistQuery, enabled: recruiter })
  return (
    <Page
      title={t('overview.hello', { name: session.user.name })}
      subtitle={formatDay(todayIn(session.corp.timeZone))}
      actions={scheduler && <ButtonLink to="/interviews/new" theme="primary">{t('interview.new')}</ButtonLink>}
    >
      <QueryContent query={overview}>
        {(data) => (
          <>
            <Warnings data={data} session={session} />
            <div className="hm-overview">
              <div className="hm-stack">
                <TodayCard interviews={data.today} recruiter={scheduler} />
                {recruiter && (
                  <QueryContent query={worklist}>
                    {(groups) => (
                      <>
                        <WorklistCard groups={groups} />
                        <OffersCard />
                        <AwaitingResponseCard groups={groups} />
                      </>
                    )}
                  </QueryContent>
                )}
              </div>
              <div className="hm-stack">
                <PendingResponseCard interviews={data.awaitingResponse} />
                <ScorecardsDueCard interviews={data.scorecardsDue} />
              </div>
            </div>
          </>
        )}
      </QueryContent>
    </Page>
  )
}

function Warnings({ data, session }: { data: Overview; session: Session }) {
  const { t } = useTranslation()
  const { state } = session.features.wecom
  return (
    <>
      {state !== 'ok' && <Note tone="warning">{t(`overview.wecom.${state}`)}</Note>}
      {hasAct(session, 'schedule_interviews') && !session.features.mail.configured && <Note>{t('overview.noMail')}</Note>}
      {data.failedMessages > 0 && (
        <Note tone="error">
          {t('overview.failed', { count: data.failedMessages })} <Link to="/messages?state=failed">{t('overview.seeMessages')}</Link>
        </Note>
      )}
      {data.failedMessages === 0 && data.queuedMessages > 0 && (
        <Note>
          {t('overview.queued', { count: data.queuedMessages })} <Link to="/messages">{t('overview.seeMessages')}</Link>
        </Note>
      )}
    </>
  )
}

function TodayCard({ interviews, recruiter }: { interviews: Interview[]; recruiter: boolean }) {
  const { t } = useTranslation()
  return (
    <Card flush title={t('overview.today')} actions={<Link to="/interviews?view=week">{t('overview.week')}</Link>}>
      {interviews.length === 0 ? (
        <EmptyState title={t('overview.noToday')}>{recruiter && <ButtonLink to="/interviews/new">{t('interview.new')}</ButtonLink>}</EmptyState>
      ) : (
        <ul>
          {interviews.map((one) => (
            <InterviewRow key={one.id} interview={one} actions={<EnterButton interview={one} />} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function EnterButton({ interview }: { interview: Interview }) {
  const offersRoom = useOffersRoom(interview)
  if (!offersRoom) return null
  return <EnterRoomLink small interview={interview} />
}

function PendingResponseCard({ interviews }: { interviews: Interview[] }) {
  const { t } = useTranslation()
  return (
    <Card title={t('overview.awaitingResponse')}>
      {interviews.length === 0 && <p className="hm-muted">{t('overview.noAwaitingResponse')}</p>}
      <ul className="hm-stack">
        {interviews.map((one) => (
          <li key={one.id} className="hm-due">
            <InterviewSummary interview={one} to={`/interviews/${one.id}`} />
            <ResponseButtons interview={one} size="small" />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function ScorecardsDueCard({ interviews }: { interviews: Interview[] }) {
  const { t } = useTranslation()
  return (
    <Card title={t('overview.due')}>
      {interviews.length === 0 && <p className="hm-muted">{t('overview.noDue')}</p>}
      <ul className="hm-stack">
        {interviews.map((one) => (
          <li key={one.id} className="hm-due">
            <InterviewSummary interview={one} to={`/interviews/${one.id}`} />
            <ButtonLink size="small" theme="primary" variant="outline" to={`/interviews/${one.id}/scorecard`}>
              {t('scorecard.fill')}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function InterviewSummary({ interview, to }: { interview: Interview; to: string }) {
  const { corp } = useSession()
  const { day, clock } = toWallClock(new Date(interview.startsAt), corp.timeZone)
  return (
    <div className="hm-grow">
      <Link className="hm-interview-row__title" to={to}>
        {interview.title}
      </Link>
      <div className="hm-small hm-muted">
        {formatDay(day)} <span className="hm-num">{clock}</span> · {interview.candidate.name}
      </div>
    </div>
  )
}
