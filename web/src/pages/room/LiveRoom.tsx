import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askDoor, doorQuery, fetchDoor } from '@/api/rooms'
import { openWebSocket } from '@/room/client'
import type { Door } from '@/room/protocol'
import { RoomSession } from '@/room/room'
import { toast } from '@/ui/toast'
import { Skeleton } from '@/ui/states'
import { RoomContext, useHere, useRoom } from './context'
import { DroppedText } from './DroppedText'
import { Lobby } from './Lobby'
import { noticeText } from './notices'
import { Refused } from './Refused'
import { Workspace } from './Workspace'

/** Opens the room, and closes it when the page is left. */
export function LiveRoom({ door }: { door: Door }) {
  const { t } = useTranslation('room')
  const cache = useQueryClient()
  const [session, setSession] = useState<RoomSession | null>(null)
  const [attempt, setAttempt] = useState(0)
  const again = useCallback(() => setAttempt((count) => count + 1), [])

  useEffect(() => {
    const opened = new RoomSession({
      open: () => openWebSocket(door.socket ?? ''),
      ask: () => askDoor(door.interviewId, (moved) => cache.setQueryData(doorQuery(door.interviewId).queryKey, moved)),
      labels: {
        code: t('editor.code'),
        notes: t('editor.notes'),
        notesHint: t('editor.notesPlaceholder'),
        phrases: t('editor.phrases', { returnObjects: true }),
      },
      notice: (code) => toast.warning(noticeText(code)),
    })
    opened.enter()
    setSession(opened)
    return () => opened.close()
    // The labels are those of the language in which the room was entered.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [door, attempt])

  if (!session) return <Skeleton />
  return (
    <RoomContext value={{ session, door }}>
      <Stage again={again} />
    </RoomContext>
  )
}

function Stage({ again }: { again: () => void }) {
  const { door } = useHere()
  const refusal = useRoom((snapshot) => snapshot.refusal)
  const room = useRoom((snapshot) => snapshot.room)
  const waiting = useRoom((snapshot) => snapshot.waiting)
  const dropped = useRoom((snapshot) => snapshot.dropped)
  useSandbox()
  if (refusal) return <Refused refusal={refusal} door={door} retry={again} />
  if (!room) return <Skeleton />
  return (
    <>
      {waiting ? <Lobby /> : <Workspace />}
      {dropped && <DroppedText dropped={dropped} />}
    </>
  )
}

const SANDBOX_EVERY_MS = 15_000

// A server that has just started may still be building its sandbox. When it is there the welcome says
// what can be run, so the room is greeted once more.
function useSandbox(): void {
  const { session, door } = useHere()
  const off = useRoom((snapshot) => snapshot.room?.sandbox?.ready === false && snapshot.room.state !== 'ended')
  useEffect(() => {
    if (!off) return
    const look = async () => {
      const now = await fetchDoor(door.interviewId)
      if (now.sandbox?.ready) session.refresh()
    }
    const timer = setInterval(() => void look().catch(() => undefined), SANDBOX_EVERY_MS)
    return () => clearInterval(timer)
  }, [off, door, session])
}
