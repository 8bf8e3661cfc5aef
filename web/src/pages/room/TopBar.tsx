import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ChevronLeftIcon } from '@/ui/icons'
import { hasPermission } from '@/room/store'
import { Button, ExternalButtonLink } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useIsNarrow } from '@/ui/useIsNarrow'
import { ConnectionStatus } from './ConnectionStatus'
import { LeaveButton } from './LeaveButton'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { ParticipantList } from './ParticipantList'
import { Timer } from './Timer'

export function TopBar() {
  const { t } = useTranslation('room')
  const { roomInfo } = useRoomContext()
  const isStaff = useRoomSnapshot((snapshot) => snapshot.you?.role !== 'candidate')
  const ended = useRoomSnapshot((snapshot) => snapshot.room?.state === 'ended')
  return (
    <header className="room-bar">
      {isStaff && ended && (
        <Link className="hm-icon-button" to={`/interviews/${roomInfo.interviewId}`} aria-label={t('bar.home')}>
          <ChevronLeftIcon />
        </Link>
      )}
      <h1 className="room-bar__title hm-truncate" title={roomInfo.title}>
        {roomInfo.title}
      </h1>
      <Timer />
      <ExtendButton />
      <span className="hm-grow" />
      <MeetingButton />
      <ParticipantList />
      <ConnectionStatus />
      <LeaveButton />
      <EndButton />
    </header>
  )
}

function MeetingButton() {
  const { t } = useTranslation()
  const { meeting } = useRoomContext().roomInfo
  const narrow = useIsNarrow()
  if (!meeting?.url) return null
  return (
    <ExternalButtonLink href={meeting.url} theme="primary" variant="outline" label={t('meeting.join')} title={meeting.code && t('meeting.code', { code: meeting.code })}>
      {narrow ? t('meeting.short') : t('meeting.join')}
    </ExternalButtonLink>
  )
}

/** Moves the planned end, a few times. */
function ExtendButton() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const canExtend = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'extend'))
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const left = useRoomSnapshot((snapshot) => snapshot.room?.extensionsLeft ?? 0)
  const narrow = useIsNarrow()
  if (!canExtend) return null
  return (
    <Button
      size="small"
      variant="outline"
      aria-label={t('bar.extend')}
      title={t('bar.extensionsLeft', { count: left })}
      disabled={!live || left === 0}
      onClick={() => session.extendInterview()}
    >
      {narrow ? t('bar.extendShort') : t('bar.extend')}
    </Button>
  )
}

function EndButton() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const canEnd = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'end'))
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const [confirming, setConfirming] = useState(false)
  if (!canEnd) return null
  const handleEnd = () => {
    session.endInterview()
    setConfirming(false)
  }
  return (
    <>
      <Button theme="danger" variant="outline" disabled={!live} onClick={() => setConfirming(true)}>
        {t('bar.end')}
      </Button>
      {confirming && (
        <ConfirmDialog danger title={t('bar.endTitle')} confirmLabel={t('bar.end')} onConfirm={handleEnd} onClose={() => setConfirming(false)}>
          <p>{t('bar.endText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
