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
