import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useLocation, useNavigate, useParams } from 'react-router'
import { redeemJoinLink, isInvalidJoinLink, joinQuery } from '@/api/join'
import type { JoinInfo } from '@/api/join'
import { LanguageSelect } from '@/app/LanguageSelect'
import { CardPage } from '@/app/CardPage'
import { Button } from '@/ui/Button'
import { ErrorState, Note, Skeleton, useErrorText } from '@/ui/feedback'
import { ConsentSection } from './ConsentSection'
import { DeviceCheck } from './DeviceCheck'
import { JoinFacts } from './JoinFacts'

/** The page of a candidate's personal link; no account is needed. */
export default function JoinPage() {
  const { token: tokenInPath } = useParams()
  const { hash } = useLocation()
  // Old links have the token in the path.
  if (tokenInPath) return <Navigate to={`/join#${tokenInPath}`} replace />
  return <JoinWithToken token={hash.slice(1)} />
}

function JoinWithToken({ token }: { token: string }) {
  const join = useQuery(joinQuery(token))
  if (isInvalidJoinLink(join.error)) return <InvalidLink detail={join.error.message} />
  if (!join.data) return join.error ? <ErrorState error={join.error} onRetry={() => void join.refetch()} /> : <Skeleton />
  return <Invitation token={token} join={join.data} />
}

function InvalidLink({ detail }: { detail: string }) {
  const { t } = useTranslation('room')
  return (
    <CardPage title={t('join.deadTitle')}>
      <p>{detail || t('join.deadText')}</p>
    </CardPage>
  )
}

function Invitation({ token, join }: { token: string; join: JoinInfo }) {
  const { t } = useTranslation('room')
  const isOver = join.state === 'ended' || join.state === 'cancelled'
  return (
    <CardPage title={join.title} overline={isOver ? join.company : t('join.invited', { company: join.company })} corner={<LanguageSelect bare />}>
      <p>{t('join.hello', { name: join.candidateName })}</p>
      <JoinFacts join={join} />
      {isOver ? <ClosedNote join={join} /> : <EnterSection token={token} join={join} />}
    </CardPage>
  )
}

function ClosedNote({ join }: { join: JoinInfo }) {
  const { t } = useTranslation('room')
  const { name } = join.contact
  const ended = join.state === 'ended'
  return (
    <Note>
      <strong>{ended ? t('join.endedTitle') : t('join.cancelledTitle')}</strong>
      <p>{ended ? t('join.endedText', { name }) : t('join.cancelledText', { name })}</p>
    </Note>
  )
}

function EnterSection({ token, join }: { token: string; join: JoinInfo }) {
  const { t } = useTranslation('room')
  const errorText = useErrorText()
  const navigate = useNavigate()
  const external = join.room.kind !== 'builtin'
  const client = useQueryClient()
  const { consent } = join
  const [accepted, setAccepted] = useState(0) // version of the text
  const [missing, setMissing] = useState(false)
  const checkbox = useRef<HTMLInputElement>(null)
  const redeem = useMutation({
    mutationFn: () => redeemJoinLink(token, consent?.version),
    onError: () => client.invalidateQueries({ queryKey: ['join'] }), // the text may have changed
    onSuccess: ({ interviewId, roomUrl }) => {
      if (external) window.location.assign(roomUrl)
      else void navigate(`/room/${interviewId}`)
    },
  })
  // Prefetches the room's chunk, so that entering is immediate.
  useEffect(() => {
    if (!external) void import('@/pages/room')
  }, [external])
  function handleEnter() {
    const ready = !consent || accepted === consent.version
    setMissing(!ready)
    if (ready) redeem.mutate()
    else checkbox.current?.focus()
  }
  return (
    <>
      <DeviceCheck checkScreen={!external} />
      {join.meeting.kind !== 'none' && <MeetingNote meeting={join.meeting} />}
      {consent && (
        <ConsentSection
          text={consent.text}
          accepted={accepted === consent.version}
          missing={missing}
          checkboxRef={checkbox}
          onChange={(checked) => setAccepted(checked ? consent.version : 0)}
        />
      )}
      {redeem.error && <Note tone="error">{errorText(redeem.error) || t('join.failed')}</Note>}
      <Button theme="primary" size="large" block loading={redeem.isPending} onClick={handleEnter}>
        {external ? t('join.enterLink') : t('join.enter')}
      </Button>
      <p className="hm-muted hm-small">{external ? t('join.linkHint') : t('join.enterHint')}</p>
    </>
  )
}

function MeetingNote({ meeting }: { meeting: JoinInfo['meeting'] }) {
  const { t } = useTranslation('room')
  const { t: common } = useTranslation()
  return (
    <Note>
      <strong>{t('join.meeting')}</strong>
      {meeting.url ? (
        <p>
          <a href={meeting.url} target="_blank" rel="noreferrer noopener">
            {common('meeting.join')}
          </a>
          {meeting.code && <span className="hm-muted hm-small"> {common('meeting.code', { code: meeting.code })}</span>}
        </p>
      ) : (
        <p>{t('join.meetingPreparing')}</p>
      )}
    </Note>
  )
}
