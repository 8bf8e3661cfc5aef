import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { checkRoomAccess, roomInfoQuery, fetchRoomInfo } from '@/api/rooms'
import { openWebSocket } from '@/room/client'
import { DraftStore } from '@/room/drafts'
import type { RoomInfo } from '@/room/protocol'
import { RoomSession } from '@/room/session'
import { toast } from '@/ui/toast'
import { Skeleton } from '@/ui/feedback'
import { RoomContext, useRoomContext, useRoomSnapshot } from './RoomContext'
import { DroppedTextDialog } from './DroppedTextDialog'
import { LeftRoomPage } from './LeftRoomPage'
import { Lobby } from './Lobby'
import { noticeText } from './noticeText'
import { ConnectionErrorPage } from './ConnectionErrorPage'
import { Workspace } from './Workspace'

/** Opens the room session and closes it on unmount. */
export function LiveRoom({ roomInfo }: { roomInfo: RoomInfo }) {
  const { t } = useTranslation('room')
  const cache = useQueryClient()
  const [session, setSession] = useState<RoomSession | null>(null)
  const [attempt, setAttempt] = useState(0)
  const [hasLeft, setHasLeft] = useState(false)
  const leave = useCallback(() => setHasLeft(true), [])
  const reconnect = useCallback(() => setAttempt((count) => count + 1), [])

  useEffect(() => {
    if (hasLeft) return
    const newSession = new RoomSession({
      createSocket: () => openWebSocket(roomInfo.socket ?? ''),
      checkAccess: () => checkRoomAccess(roomInfo.interviewId, (newInfo) => cache.setQueryData(roomInfoQuery(roomInfo.interviewId).queryKey, newInfo)),
      labels: {
        code: t('editor.code'),
        notes: t('editor.notes'),
        notesHint: t('editor.notesPlaceholder'),
        phrases: t('editor.phrases', { returnObjects: true }),
      },
      drafts: DraftStore.open({ roomId: roomInfo.interviewId, participantId: roomInfo.you.id }, () => Date.now()),
      onNotice: (code) => toast.warning(noticeText(code)),
    })
    newSession.connect()
    setSession(newSession)
    return () => newSession.close()
    // The labels keep the language in which the room was entered.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [roomInfo, attempt, hasLeft])

  if (hasLeft) return <LeftRoomPage roomInfo={roomInfo} onReturn={() => setHasLeft(false)} />
  if (!session) return <Skeleton />
  return (
    <RoomContext value={{ session, roomInfo, leave }}>
      <RoomContent onRetry={reconnect} />
    </RoomContext>
  )
}

function RoomContent({ onRetry }: { onRetry: () => void }) {
  const { roomInfo } = useRoomContext()
  const connectionError = useRoomSnapshot((snapshot) => snapshot.connectionError)
  const room = useRoomSnapshot((snapshot) => snapshot.room)
  const waiting = useRoomSnapshot((snapshot) => snapshot.waiting)
  const droppedText = useRoomSnapshot((snapshot) => snapshot.droppedText)
  useSandboxPolling()
  if (connectionError) return <ConnectionErrorPage error={connectionError} roomInfo={roomInfo} onRetry={onRetry} />
  if (!room) return <Skeleton />
  return (
    <>
      {waiting ? <Lobby /> : <Workspace />}
      {droppedText && <DroppedTextDialog dropped={droppedText} />}
    </>
  )
}

const SANDBOX_POLL_MS = 15_000

// A server that has just started may still be building its sandbox. Once it is ready, the session
// reconnects, because the welcome message has the languages.
function useSandboxPolling(): void {
  const { session, roomInfo } = useRoomContext()
  const sandboxMissing = useRoomSnapshot((snapshot) => snapshot.room?.sandbox?.ready === false && snapshot.room.state !== 'ended')
  useEffect(() => {
    if (!sandboxMissing) return
    const checkSandbox = async () => {
      const latest = await fetchRoomInfo(roomInfo.interviewId)
      if (latest.sandbox?.ready) session.reconnect()
    }
    const timer = setInterval(() => void checkSandbox().catch(() => undefined), SANDBOX_POLL_MS)
    return () => clearInterval(timer)
  }, [sandboxMissing, roomInfo, session])
}
