import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'react-router'
import { Problem } from '@/api/problem'
import { interviewQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { hasRole, useSession, useZone } from '@/app/useSession'
import { formatDay, formatSpan, formatZone } from '@/time/format'
import { wallClock } from '@/time/zone'
import { AnswerButtons } from '@/ui/AnswerButtons'
import { ButtonLink } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Empty, Loaded, Note } from '@/ui/states'
import { StateTag } from '@/ui/tags'
import { Actions } from './Actions'
import { CandidateLink } from './CandidateLink'
import { Facts } from './Facts'
import { Interviewers } from './Interviewers'
import { Messages } from './Messages'
import { Result } from './Result'
import { RoomNote } from './Room'
import { RoomReport } from './RoomReport'
import { Scorecards } from './Scorecards'
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
      subtitle={data && <When interview={data} />}
      actions={data && <Actions interview={data} />}
    >
      {gone ? (
        <Empty title={t('interview.gone')} text={t('error.notFound')}>
          <ButtonLink to="/interviews">{t('interview.backToList')}</ButtonLink>
        </Empty>
      ) : (
        <Loaded query={interview} lines={10}>
          {(loaded) => <Body interview={loaded} />}
        </Loaded>
      )}
    </Page>
  )
}

function When({ interview }: { interview: Interview }) {
  const zone = useZone()
  const start = new Date(interview.startsAt)
  return (
    <div className="hm-row">
      <StateTag state={interview.state} />
      <span className="hm-num">
        {formatDay(wallClock(start, zone).day)} {formatSpan(interview.startsAt, interview.endsAt, zone)}
      </span>
      <span className="hm-small">{formatZone(zone, start)}</span>
    </div>
  )
}

function Body({ interview }: { interview: Interview }) {
  const session = useSession()
  const recruiter = hasRole(session, 'recruiter')
  const { permissions, state } = interview
  // Just scheduled: the link that is shown only once comes first.
  const fresh = Boolean((useLocation().state as { candidateLink?: string } | null)?.candidateLink)
  const link = (permissions.link || recruiter) && <CandidateLink interview={interview} />
  return (
    <>
      <CancelNote interview={interview} />
      <RoomNote interview={interview} />
      <MyAnswer interview={interview} userId={session.user.userId} />
      <MyScorecard interview={interview} userId={session.user.userId} />
      <div className="hm-interview">
        <div className="hm-stack">
          <Interviewers interview={interview} />
          {state === 'ended' && <Scorecards interview={interview} />}
          <RoomReport room={interview.room} />
          {(permissions.decide || interview.result) && <Result interview={interview} />}
        </div>
        <div className={fresh ? 'hm-stack hm-interview__side hm-interview__side--first' : 'hm-stack hm-interview__side'}>
          {fresh && link}
          <Facts interview={interview} />
          {!fresh && link}
        </div>
        {recruiter && <Messages interview={interview} />}
      </div>
    </>
  )
}

function CancelNote({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  if (interview.state !== 'cancelled') return null
  return <Note tone="warning">{interview.cancelReason ? t('interview.cancelledBecause', { reason: interview.cancelReason }) : t('interview.cancelledNote')}</Note>
}

function MyAnswer({ interview, userId }: { interview: Interview; userId: string }) {
  const { t } = useTranslation()
  const me = interview.interviewers.find((one) => one.userId === userId)
  if (!me || !interview.permissions.respond) return null
  return (
    <Note tone={me.response === 'accepted' ? 'success' : me.response === 'declined' ? 'warning' : 'info'} actions={<AnswerButtons interview={interview} before={me.response} />}>
      {t(`interview.mine.${me.response}`, { name: interview.organizer.name })}
    </Note>
  )
}

function MyScorecard({ interview, userId }: { interview: Interview; userId: string }) {
  const { t } = useTranslation()
  const me = interview.interviewers.find((one) => one.userId === userId)
  if (!me || !interview.permissions.evaluate || me.scorecard === 'submitted') return null
  const label = me.scorecard === 'draft' ? t('scorecard.goOn') : t('scorecard.fill')
  return (
    <Note actions={<ButtonLink to={`/interviews/${interview.id}/scorecard`} theme="primary">{label}</ButtonLink>}>{t('interview.evaluateNote')}</Note>
  )
}
