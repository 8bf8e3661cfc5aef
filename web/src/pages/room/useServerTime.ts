import { useEffect, useState } from 'react'
import { useRoomSnapshot } from './RoomContext'

/** The server's time in ms since 1970, each second while it ticks. */
export function useServerTime(ticking: boolean): number {
  const offset = useRoomSnapshot((snapshot) => snapshot.clockOffset)
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    if (!ticking) return
    const timer = setInterval(() => setNow(performance.now()), 1_000)
    return () => clearInterval(timer)
  }, [ticking])
  return now + offset
}

/** 7:05, 1:02:33 */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const padTwo = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${padTwo(minutes)}:${padTwo(seconds % 60)}` : `${minutes}:${padTwo(seconds % 60)}`
}
