import { useHere } from './context'
import { EditorHost } from './EditorHost'

/** Notes that the server never sends to a candidate. */
export function NotesPanel() {
  const { session } = useHere()
  return <EditorHost editor={session.notes.editor} />
}
