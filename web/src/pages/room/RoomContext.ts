import { createContext, useContext, useSyncExternalStore } from 'react'
import type { RoomInfo } from '@/room/protocol'
import type { RoomSession } from '@/room/session'
import type { RoomSnapshot } from '@/room/store'
import { browserTimeZone } from '@/time/zone'

export interface RoomContextValue {
  session: RoomSession
  roomInfo: RoomInfo
  /** Disconnects. The interview goes on. */
  leave: () => void
}

export const RoomContext = createContext<RoomContextValue | null>(null)

export function useRoomContext(): RoomContextValue {
  const context = useContext(RoomContext)
  if (!context) throw new Error('outside of a room')
  return context
}

/** A selected part of the room snapshot. `select` must return a stable reference while the part is unchanged. */
export function useRoomSnapshot<T>(select: (snapshot: RoomSnapshot) => T): T {
  const { store } = useRoomContext().session
  return useSyncExternalStore(store.subscribe, () => select(store.getSnapshot()))
}

/** The zone of the times in the room: the browser's, else the one in which the interview was scheduled. */
export function useRoomTimeZone(): string {
  return browserTimeZone(useRoomContext().roomInfo.timeZone ?? 'UTC')
}
