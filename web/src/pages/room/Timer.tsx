import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatClock } from '@/time/format'
import { useHere, useRoom } from './context'

const SOON_MS = 5 * 60_000

/** How long it has been going on and when it is planned to end, by the server's clock. */
export function Timer() {
  const { t } = useTranslation('room')
  const { door } = useHere()
  const state = useRoom((snapshot) => snapshot.room?.state)
  const startedAt = useRoom((snapshot) => snapshot.room?.startedAt)
  const endedAt = useRoom((snapshot) => snapshot.room?.endedAt)
  const now = useServerNow(state === 'open')
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const planned = door.endsAt ? t('bar.planned', { time: formatClock(door.endsAt, zone) }) : null
  const from = startedAt ? Date.parse(startedAt) : now
  if (state === 'lobby') return <Shown main={t('bar.notStarted')} more={planned} />
  if (state === 'ended') return <Shown main={`${t('bar.endedAt')} ${duration((endedAt ? Date.parse(endedAt) : now) - from)}`} />
  const left = door.endsAt ? Date.parse(door.endsAt) - now : Infinity
  const more = left < 0 ? t('bar.over', { time: duration(-left) }) : left < SOON_MS ? t('bar.left', { time: duration(left) }) : planned
  return <Shown main={duration(now - from)} label={t('bar.elapsed', { time: duration(now - from) })} more={more} soon={left < SOON_MS} />
}

function Shown({ main, label, more, soon }: { main: string; label?: string; more?: string | null; soon?: boolean }) {
  return (
    <span className="room-timer hm-num" role="timer">
      <span aria-label={label}>{main}</span>
      {more && <span className={soon ? 'room-timer__more room-timer__more--soon' : 'room-timer__more'}>{more}</span>}
    </span>
  )
}

function useServerNow(ticking: boolean): number {
  const offset = useRoom((snapshot) => snapshot.clockOffset)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!ticking) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [ticking])
  return now + offset
}

/** 7:05, 1:02:33 */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
