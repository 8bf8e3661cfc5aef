import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'react-router'
import { Problem } from '@/api/problem'
import { interviewQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDay, formatTimeRange, formatTimeZone, isForeignZone } from '@/time/format'
import { toWallClock } from '@/time/zone'
import { ResponseButtons } from '@/ui/ResponseButtons'
import { ButtonLink } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { EmptyState, QueryContent, Note } from '@/ui/feedback'
import { visibleResponse } from '@/ui/responses'
import { StateTag } from '@/ui/stateTags'
import { useNow } from '@/ui/useNow'
import { AppointmentNote } from './AppointmentNote'
import { HistoryCard } from './HistoryCard'
import { InterviewActions } from './InterviewActions'
import { CandidateLinkCard } from './CandidateLinkCard'
import { ConversationCard } from './ConversationCard'
import { ConsentCard } from './ConsentCard'
import { InterviewFacts } from './InterviewFacts'
import { InterviewersCard } from './InterviewersCard'
import { LateNotes } from './LateNotes'
import { LoopCard } from './LoopCard'
import { MessagesCard } from './MessagesCard'
import { ResumeCard } from './ResumeCard'
import { ResultCard } from './ResultCard'
import { RoomNote } from './RoomStatus'
import { RoomRecordCard } from './RoomRecordCard'
import { RoomReportCard } from './RoomReportCard'
import { Scorecards } from './ScorecardsCard'
import { SubstitutionCard } from './SubstitutionCard'
import './interview.css'

export default function InterviewPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const interview = useQuery(interviewQuery(id))
  const gone = interview.error instanceof Problem && interview.error.status === 404
  const { data } = interview
  return (
    <Page
      title={data?.title ?? t('interview.one')}
      back={{ to: '/interviews', label: t('nav.interviews') }}
      subtitle={data && <InterviewTime interview={data} />}
      actions={data && <InterviewActions interview={data} />}
    >
      {gone ? (
        <EmptyState title={t('interview.gone')} text={t('error.notFound')}>
          <ButtonLink to="/interviews">{t('interview.backToList')}</ButtonLink>
        </EmptyState>
      ) : (
        <QueryContent query={interview} lines={10}>
          {(loaded) => <InterviewBody interview={loaded} />}
        </QueryContent>
      )}
    </Page>
  )
}

function InterviewTime({ interview }: { interview: Interview }) {
  const zone = useTimeZone()
  const start = new Date(interview.startsAt)
  return (
    <div className="hm-row">
      <StateTag interview={interview} />
      <span className="hm-num">
        {formatDay(toWallClock(start, zone).day)} {formatTimeRange(interview.startsAt, interview.endsAt, zone)}
      </span>
      {isForeignZone(zone, start) && <span className="hm-small">{formatTimeZone(zone, start)}</span>}
    </div>
  )
}

function InterviewBody({ interview }: { interview: Interview }) {
  const session = useSession()
  const scheduler = hasAct(session, 'schedule_interviews')
  const recruiter = hasAct(session, 'read_history')
  const { permissions, state } = interview
  // Just scheduled: the candidate link, which is shown only once, comes first.
  const justScheduled = Boolean((useLocation().state as { candidateLink?: string } | null)?.candidateLink)
  const link = (permissions.link || scheduler) && <CandidateLinkCard interview={interview} />
  return (
    <>
      <CancelNote interview={interview} />
      <RoomNote interview={interview} />
      <AppointmentNote interview={interview} />
      <LateNotes interview={interview} />
      <OwnResponse interview={interview} userId={session.user.userId} />
      <OwnScorecardNote interview={interview} userId={session.user.userId} />
      <div className="hm-interview">
        <div className="hm-stack">
          <InterviewersCard interview={interview} />
          {interview.loop && <LoopCard interviewId={interview.id} place={interview.loop} recruiter={scheduler} />}
          {scheduler && <SubstitutionCard interview={interview} />}
          {scheduler && <ConversationCard interview={interview} />}
          {state === 'ended' && <Scorecards interview={interview} />}
          {permissions.readRecords && <RoomRecordCard interview={interview} />}
          <RoomReportCard room={interview.room} />
          {(permissions.decide || interview.result) && <ResultCard interview={interview} />}
        </div>
        <div className={justScheduled ? 'hm-stack hm-interview__side hm-interview__side--first' : 'hm-stack hm-interview__side'}>
          {justScheduled && link}
          <InterviewFacts interview={interview} />
          {permissions.readRecords && (recruiter || state !== 'cancelled') && <ResumeCard interview={interview} canUpload={recruiter} />}
          {!justScheduled && link}
          {recruiter && interview.room.kind === 'builtin' && <ConsentCard interview={interview} />}
        </div>
        {recruiter && (
          <div className="hm-stack">
            <HistoryCard interview={interview} />
            <MessagesCard interview={interview} />
          </div>
        )}
      </div>
    </>
  )
}

function CancelNote({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  if (interview.state !== 'cancelled') return null
  return <Note tone="warning">{interview.cancelReason ? t('interview.cancelledBecause', { reason: interview.cancelReason }) : t('interview.cancelledNote')}</Note>
}

function OwnResponse({ interview, userId }: { interview: Interview; userId: string }) {
  const { t } = useTranslation()
  const now = useNow()
  const me = interview.interviewers.find((one) => one.userId === userId)
  if (!me || !interview.permissions.respond || !visibleResponse(interview, me, now)) return null
  return (
    <Note tone={me.response === 'accepted' ? 'success' : me.response === 'declined' ? 'warning' : 'info'} actions={<ResponseButtons interview={interview} currentResponse={me.response} />}>
      {t(`interview.mine.${me.response}`, { name: interview.organizer.name })}
    </Note>
  )
}

function OwnScorecardNote({ interview, userId }: { interview: Interview; userId: string }) {
  const { t } = useTranslation()
  const me = interview.interviewers.find((one) => one.userId === userId)
  if (!me || !interview.permissions.evaluate || me.scorecard === 'submitted') return null
  if (me.excusedAt) {
    return <Note actions={<ButtonLink to={`/interviews/${interview.id}/scorecard`}>{t('scorecard.fill')}</ButtonLink>}>{t('interview.excusedNote')}</Note>
  }
  const label = me.scorecard === 'draft' ? t('scorecard.goOn') : t('scorecard.fill')
  return (
    <Note actions={<ButtonLink to={`/interviews/${interview.id}/scorecard`} theme="primary">{label}</ButtonLink>}>{t('interview.evaluateNote')}</Note>
  )
}
