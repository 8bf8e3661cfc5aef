import { useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { hasPermission, shownFile } from '@/room/store'
import { toast } from '@/ui/toast'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { EditorHost } from './EditorHost'
import { EditorSettings } from './EditorSettings'
import { CodeLanguageSelect } from './CodeLanguageSelect'
import { FILE_PANEL, FileBar } from './FileBar'
import { RunButton } from './RunButton'
import { SaveStatus } from './SaveStatus'
import { SnippetsButton, SnippetsPane, useSnippetsPane } from './Snippets'
import { UploadConflictDialog, useFileUpload } from './useFileUpload'

export function CodePane({ onRun }: { onRun?: () => void }) {
  const { t } = useTranslation('room')
  const readOnly = useRoomSnapshot((snapshot) => !hasPermission(snapshot, 'edit'))
  const snippets = useSnippetsPane()
  return (
    <>
      <header className="room-toolbar room-toolbar--wrap">
        <CodeLanguageSelect />
        <span className="hm-grow" />
        {readOnly ? <span className="hm-muted hm-small">{t('editor.readOnly')}</span> : <SaveStatus />}
        <SnippetsButton pane={snippets} />
        <EditorSettings />
        <RunButton onRun={onRun} />
      </header>
      <SnippetsPane pane={snippets} />
      <FileBar />
      <FilePanel />
    </>
  )
}

/** The editor of the shown file. Files that are dropped on it are uploaded. */
function FilePanel() {
  const { session } = useRoomContext()
  const doc = useRoomSnapshot(shownFile)
  const mayEdit = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'edit') && snapshot.connection === 'live')
  const [isOver, setOver] = useState(false)
  const upload = useFileUpload()
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

  function handleDragOver(event: DragEvent) {
    if (!hasFiles(event)) return
    event.preventDefault()
    setOver(mayEdit)
  }
  function handleDrop(event: DragEvent) {
    if (!hasFiles(event)) return
    event.preventDefault()
    event.stopPropagation() // the editor would insert the text of the files
    setOver(false)
    if (mayEdit) void upload.start([...event.dataTransfer.files]).then((error) => error && toast.error(error))
  }

  return (
    <div
      id={FILE_PANEL}
      role="tabpanel"
      aria-labelledby={`room-file-${doc}`}
      className={`room-file-panel${isOver ? ' room-file-panel--over' : ''}`}
      onDragOverCapture={handleDragOver}
      onDragLeave={() => setOver(false)}
      onDropCapture={handleDrop}
    >
      <EditorHost editor={session.openFile(doc).editor} />
      <UploadConflictDialog upload={upload} />
    </div>
  )
}
