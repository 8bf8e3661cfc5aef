import { useRoomContext } from './RoomContext'
import { EditorHost } from './EditorHost'

/** Notes that the server never sends to a candidate. */
export function NotesPanel() {
  const { session } = useRoomContext()
  return <EditorHost editor={session.notes.editor} />
}
