import { formatMoment } from '@/notes/formatMoment'
import { NotesView } from '@/notes/NotesView'
import { TimedNotes } from '@/notes/TimedNotes'
import { EditorHost } from './EditorHost'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'

/** Notes that the server never sends to a candidate. */
export function NotesPanel() {
  const { session, roomInfo } = useRoomContext()
  const startedAt = useRoomSnapshot((snapshot) => snapshot.room?.startedAt)
  const zone = useRoomTimeZone()
  return (
    <NotesView
      document={<EditorHost editor={session.notes.editor} />}
      timed={<TimedNotes interviewId={roomInfo.interviewId} formatAt={(at) => formatMoment(at, startedAt, zone)} />}
    />
  )
}
