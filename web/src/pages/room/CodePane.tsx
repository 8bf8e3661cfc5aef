import { useTranslation } from 'react-i18next'
import { hasPermission } from '@/room/store'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { EditorHost } from './EditorHost'
import { EditorSettings } from './EditorSettings'
import { CodeLanguageSelect } from './CodeLanguageSelect'
import { RunButton } from './RunButton'
import { SaveStatus } from './SaveStatus'
import { SnippetsButton, SnippetsPane, useSnippetsPane } from './Snippets'

export function CodePane({ onRun }: { onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const answer = useRoomSnapshot((snapshot) => snapshot.answer)
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
      <EditorHost editor={session.openAnswer(answer).editor} />
    </>
  )
}
