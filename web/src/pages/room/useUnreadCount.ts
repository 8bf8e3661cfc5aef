import { useEffect, useState } from 'react'
import { useRoomSnapshot } from './RoomContext'

/** The number of messages from others since the chat was last visible. */
export function useUnreadCount(visible: boolean): number {
  const you = useRoomSnapshot((snapshot) => snapshot.you?.id)
  const chat = useRoomSnapshot((snapshot) => snapshot.chat)
  const theirs = chat.filter((item) => item.author !== you)
  const last = theirs.at(-1)?.id
  // Messages sent before joining count as read.
  const [seen, setSeen] = useState(last)
  useEffect(() => {
    if (visible) setSeen(last)
  }, [visible, last])
  if (visible) return 0
  return theirs.length - 1 - theirs.findIndex((item) => item.id === seen)
}
