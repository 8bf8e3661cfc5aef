import { useTranslation } from 'react-i18next'
import { may } from '@/room/store'
import { useHere, useRoom } from './context'
import { EditorHost } from './EditorHost'
import { LanguageChoice } from './LanguageChoice'
import { RunButton } from './RunButton'
import { SaveState } from './SaveState'

export function CodePane({ onRun }: { onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const readOnly = useRoom((snapshot) => !may(snapshot, 'edit'))
  return (
    <>
      <header className="room-strip">
        <LanguageChoice />
        <span className="hm-grow" />
        {readOnly ? <span className="hm-muted hm-small">{t('editor.readOnly')}</span> : <SaveState />}
        <RunButton onRun={onRun} />
      </header>
      <EditorHost editor={session.code.editor} />
    </>
  )
}
