import { useTranslation } from 'react-i18next'
import { formatTime } from '@/time/format'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'
import { formatElapsed, useServerTime } from './useServerTime'

const ENDING_SOON_MS = 5 * 60_000

/** Elapsed time and planned end, by the server's clock. */
export function Timer() {
  const { t } = useTranslation('room')
  const { roomInfo } = useRoomContext()
  const state = useRoomSnapshot((snapshot) => snapshot.room?.state)
  const startedAt = useRoomSnapshot((snapshot) => snapshot.room?.startedAt)
  const endedAt = useRoomSnapshot((snapshot) => snapshot.room?.endedAt)
  const now = useServerTime(state === 'open')
  const zone = useRoomTimeZone()
  const planned = roomInfo.endsAt ? t('bar.planned', { time: formatTime(roomInfo.endsAt, zone) }) : null
  const from = startedAt ? Date.parse(startedAt) : now
  if (state === 'lobby') return <TimerDisplay main={t('bar.notStarted')} detail={planned} />
  if (state === 'ended') return <TimerDisplay main={`${t('bar.endedAt')} ${formatElapsed((endedAt ? Date.parse(endedAt) : now) - from)}`} />
  const left = roomInfo.endsAt ? Date.parse(roomInfo.endsAt) - now : Infinity
  const more = left < 0 ? t('bar.over', { time: formatElapsed(-left) }) : left < ENDING_SOON_MS ? t('bar.left', { time: formatElapsed(left) }) : planned
  return <TimerDisplay main={formatElapsed(now - from)} label={t('bar.elapsed', { time: formatElapsed(now - from) })} detail={more} endingSoon={left < ENDING_SOON_MS} />
}

function TimerDisplay({ main, label, detail, endingSoon }: { main: string; label?: string; detail?: string | null; endingSoon?: boolean }) {
  return (
    <span className="room-timer hm-num" role="timer">
      <span aria-label={label}>{main}</span>
      {detail && <span className={endingSoon ? 'room-timer__more room-timer__more--soon' : 'room-timer__more'}>{detail}</span>}
    </span>
  )
}
