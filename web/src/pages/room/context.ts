import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Door } from '@/room/protocol'
import type { RoomSession } from '@/room/room'
import type { Snapshot } from '@/room/store'

export interface Here {
  session: RoomSession
  door: Door
}

export const RoomContext = createContext<Here | null>(null)

export function useHere(): Here {
  const here = useContext(RoomContext)
  if (!here) throw new Error('outside of a room')
  return here
}

/** A part of what the room shows. `pick` returns something that stays the same while nothing changes. */
export function useRoom<T>(pick: (snapshot: Snapshot) => T): T {
  const { store } = useHere().session
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}
