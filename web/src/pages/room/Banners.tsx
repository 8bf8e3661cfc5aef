import { useTranslation } from 'react-i18next'
import { hasPermission } from '@/room/store'
import { formatElapsed } from '@/time/elapsed'
import { Button, ButtonLink } from '@/ui/Button'
import { AdmitButtons } from './AdmitButtons'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { useServerTime } from './useServerTime'

/** Notices above the workspace. */
export function Banners() {
  const { t } = useTranslation('room')
  return (
    <aside aria-label={t('banner.label')}>
      <OfflineBanner />
      <WaitingBanners />
      <LostBanners />
      <LobbyBanner />
      <EndedBanner />
    </aside>
  )
}

function OfflineBanner() {
  const { t } = useTranslation('room')
  const reconnecting = useRoomSnapshot((snapshot) => snapshot.connection === 'reconnecting')
  if (!reconnecting) return null
  return (
    <div className="room-banner room-banner--warning" role="status">
      {navigator.onLine ? t('connection.unreachableNote') : t('connection.offlineNote')}
    </div>
  )
}

function WaitingBanners() {
  const { t } = useTranslation('room')
  const canAdmit = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'admit'))
  const waitingParticipants = useRoomSnapshot((snapshot) => snapshot.waitingParticipants)
  const participants = useRoomSnapshot((snapshot) => snapshot.participants)
  if (!canAdmit) return null
  return waitingParticipants.map((person) => (
    <div key={person.id + (person.device ?? '')} className="room-banner room-banner--knock" role="alert">
      <span className="hm-grow">{t(participants.some(({ id }) => id === person.id) ? 'people.knockingAgain' : 'people.knocking', { name: person.name })}</span>
      <AdmitButtons person={person} />
    </div>
  ))
}

/** The participants whose connection broke, with the time since. */
function LostBanners() {
  const { t } = useTranslation('room')
  const open = useRoomSnapshot((snapshot) => snapshot.room?.state === 'open')
  const lostParticipants = useRoomSnapshot((snapshot) => snapshot.lostParticipants)
  const peopleById = useRoomSnapshot((snapshot) => snapshot.peopleById)
  const now = useServerTime(lostParticipants.length > 0)
  if (!open) return null
  return lostParticipants.map(({ id, at }) => (
    <div key={id} className="room-banner room-banner--warning">
      <span role="status">{t('people.lost', { name: peopleById.get(id)?.name ?? '' })}</span>{' '}
      <span className="hm-num">{formatElapsed(now - Date.parse(at))}</span>
    </div>
  ))
}

function LobbyBanner() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const lobby = useRoomSnapshot((snapshot) => snapshot.room?.state === 'lobby' && hasPermission(snapshot, 'admit'))
  const hasWaiting = useRoomSnapshot((snapshot) => snapshot.waitingParticipants.length > 0)
  if (!lobby || hasWaiting) return null
  return (
    <div className="room-banner">
      <span className="hm-grow">{t('banner.prepare')}</span>
      <Button size="small" onClick={() => session.startInterview()}>
        {t('banner.start')}
      </Button>
    </div>
  )
}

function EndedBanner() {
  const { t } = useTranslation('room')
  const { roomInfo } = useRoomContext()
  const ended = useRoomSnapshot((snapshot) => snapshot.room?.state === 'ended')
  const role = useRoomSnapshot((snapshot) => snapshot.you?.role)
  if (!ended) return null
  if (role === 'candidate') {
    const thanks = roomInfo.company ? t('banner.endedCandidate', { company: roomInfo.company }) : t('banner.endedCandidatePlain')
    return (
      <div className="room-banner room-banner--ended" role="status">
        {thanks}
      </div>
    )
  }
  const interviewPath = `/interviews/${roomInfo.interviewId}`
  return (
    <div className="room-banner room-banner--ended" role="status">
      <span className="hm-grow">{t('banner.endedStaff')}</span>
      <ReopenButton />
      {role === 'interviewer' && (
        <ButtonLink size="small" theme="primary" to={`${interviewPath}/scorecard`}>
          {t('banner.scorecard')}
        </ButtonLink>
      )}
      <ButtonLink size="small" to={interviewPath}>
        {t('banner.detail')}
      </ButtonLink>
    </div>
  )
}

/** For some minutes after the end, which may be a mistake. */
function ReopenButton() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const canReopen = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'reopen'))
  const until = useRoomSnapshot((snapshot) => snapshot.room?.reopenUntil)
  const now = useServerTime(canReopen)
  const left = until ? Date.parse(until) - now : 0
  if (!canReopen || left <= 0) return null
  return (
    <Button size="small" onClick={() => session.reopenInterview()}>
      {t('banner.reopen')} <span className="hm-num">{t('banner.reopenLeft', { time: formatElapsed(left) })}</span>
    </Button>
  )
}
