import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { enter, isDead, joinQuery } from '@/api/join'
import type { Joining } from '@/api/join'
import { LanguageSelect } from '@/app/LanguageSelect'
import { addTexts } from '@/i18n'
import { Sheet } from '@/pages/room/Sheet'
import { Button } from '@/ui/Button'
import { ErrorState, Note, Skeleton, useErrorText } from '@/ui/states'
import { DeviceCheck } from './DeviceCheck'
import { Facts } from './Facts'

await addTexts('room')

/** A candidate's personal link: no account, nothing to type. */
export default function JoinPage() {
  const { token = '' } = useParams()
  const join = useQuery(joinQuery(token))
  if (isDead(join.error)) return <DeadLink detail={join.error.message} />
  if (!join.data) return join.error ? <ErrorState error={join.error} retry={() => void join.refetch()} /> : <Skeleton />
  return <Invitation token={token} join={join.data} />
}

function DeadLink({ detail }: { detail: string }) {
  const { t } = useTranslation('room')
  return (
    <Sheet title={t('join.deadTitle')}>
      <p>{detail || t('join.deadText')}</p>
    </Sheet>
  )
}

function Invitation({ token, join }: { token: string; join: Joining }) {
  const { t } = useTranslation('room')
  const over = join.state === 'ended' || join.state === 'cancelled'
  return (
    <Sheet title={join.title} over={t('join.invited', { company: join.company })} corner={<LanguageSelect bare />}>
      <p>{t('join.hello', { name: join.candidateName })}</p>
      <Facts join={join} />
      {over ? <Over join={join} /> : <Entry token={token} join={join} />}
    </Sheet>
  )
}

function Over({ join }: { join: Joining }) {
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

function Entry({ token, join }: { token: string; join: Joining }) {
  const { t } = useTranslation('room')
  const errorText = useErrorText()
  const navigate = useNavigate()
  const elsewhere = join.room.kind !== 'builtin'
  const going = useMutation({
    mutationFn: () => enter(token),
    onSuccess: ({ interviewId, roomUrl }) => {
      if (elsewhere) window.location.assign(roomUrl)
      else void navigate(`/room/${interviewId}`)
    },
  })
  // While the person reads, the room's code is fetched: entering is then immediate.
  useEffect(() => {
    if (!elsewhere) void import('@/pages/room')
  }, [elsewhere])
  return (
    <>
      <DeviceCheck writes={!elsewhere} />
      {going.error && <Note tone="error">{errorText(going.error) || t('join.failed')}</Note>}
      <Button theme="primary" size="large" block loading={going.isPending} onClick={() => going.mutate()}>
        {elsewhere ? t('join.enterLink') : t('join.enter')}
      </Button>
      <p className="hm-muted hm-small">{elsewhere ? t('join.linkHint') : t('join.enterHint')}</p>
    </>
  )
}
