import { useEffect, useState } from 'react'
import { useRoom } from './context'

/** How many messages of others came since the chat was last in sight. */
export function useUnread(inSight: boolean): number {
  const you = useRoom((snapshot) => snapshot.you?.id)
  const chat = useRoom((snapshot) => snapshot.chat)
  const theirs = chat.filter((item) => item.author !== you)
  const last = theirs.at(-1)?.id
  // What was said before we came is not news.
  const [seen, setSeen] = useState(last)
  useEffect(() => {
    if (inSight) setSeen(last)
  }, [inSight, last])
  if (inSight) return 0
  return theirs.length - 1 - theirs.findIndex((item) => item.id === seen)
}
