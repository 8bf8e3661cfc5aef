import { useTranslation } from 'react-i18next'
import { formatElapsed } from '@/time/elapsed'
import { formatTime } from '@/time/format'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'
import { useServerTime } from './useServerTime'

const ENDING_SOON_MS = 5 * 60_000

/** Elapsed time and planned end, by the server's clock. */
export function Timer() {
  const { t } = useTranslation('room')
  const { roomInfo } = useRoomContext()
  const state = useRoomSnapshot((snapshot) => snapshot.room?.state)
  const startedAt = useRoomSnapshot((snapshot) => snapshot.room?.startedAt)
  const endedAt = useRoomSnapshot((snapshot) => snapshot.room?.endedAt)
  const extendedTo = useRoomSnapshot((snapshot) => snapshot.room?.endsAt)
  const endsAt = extendedTo ?? roomInfo.endsAt
  const now = useServerTime(state === 'open')
  const zone = useRoomTimeZone()
  const planned = endsAt ? t(extendedTo ? 'bar.extendedTo' : 'bar.planned', { time: formatTime(endsAt, zone) }) : null
  const from = startedAt ? Date.parse(startedAt) : now
  if (state === 'lobby') return <TimerDisplay main={t('bar.notStarted')} planned={planned} />
  if (state === 'ended') return <TimerDisplay main={`${t('bar.endedAt')} ${formatElapsed((endedAt ? Date.parse(endedAt) : now) - from)}`} />
  const left = endsAt ? Date.parse(endsAt) - now : Infinity
  const remaining = left < 0 ? t('bar.over', { time: formatElapsed(-left) }) : Number.isFinite(left) ? t('bar.left', { time: formatElapsed(left) }) : null
  return (
    <>
      <TimerDisplay
        main={formatElapsed(now - from)}
        label={t('bar.elapsed', { time: formatElapsed(now - from) })}
        detail={remaining}
        planned={planned}
        endingSoon={left < ENDING_SOON_MS}
      />
      <span className="hm-sr-only" role="status">
        {extendedTo && planned}
      </span>
    </>
  )
}

interface TimerDisplayProps {
  main: string
  label?: string
  detail?: string | null
  planned?: string | null
  endingSoon?: boolean
}

function TimerDisplay({ main, label, detail, planned, endingSoon }: TimerDisplayProps) {
  return (
    <span className="room-timer hm-num" role="timer">
      <span aria-label={label}>{main}</span>
      {detail && <span className={endingSoon ? 'room-timer__more room-timer__more--soon' : 'room-timer__more'}>{detail}</span>}
      {planned && <span className="room-timer__planned">{planned}</span>}
    </span>
  )
}
