import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Editor } from '@/room/editor'
import { formatDateTime } from '@/time/format'
import { Note } from '@/ui/feedback'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'
import { useServerTime } from './useServerTime'
import { EditorHost } from './EditorHost'
import { LobbyDelay } from './LobbyDelay'
import { CardPage } from '../../app/CardPage'

/** Shown to the candidate until an interviewer or a recruiter admits them. */
export function Lobby() {
  const { t } = useTranslation('room')
  const { roomInfo } = useRoomContext()
  const reconnecting = useRoomSnapshot((snapshot) => snapshot.connection === 'reconnecting')
  const staffPresent = useRoomSnapshot((snapshot) => snapshot.staffPresent)
  const zone = useRoomTimeZone()
  const now = useServerTime(true)
  const { startsAt, lobbyOpensAt } = roomInfo
  const beforeStart = startsAt !== undefined && Date.parse(startsAt) > now
  const tooEarly = !staffPresent && lobbyOpensAt !== undefined && Date.parse(lobbyOpensAt) > now
  const times = { time: formatDateTime(startsAt ?? '', zone), opens: formatDateTime(lobbyOpensAt ?? '', zone) }
  return (
    <CardPage wide title={t(tooEarly ? 'lobby.earlyTitle' : 'lobby.title')} overline={roomInfo.title}>
      <div role="status" className="hm-stack">
        {reconnecting ? (
          <Note tone="warning">{t('lobby.reconnecting')}</Note>
        ) : (
          <p className="room-waiting">{t(tooEarly ? 'lobby.tooEarly' : staffPresent ? 'lobby.staffPresent' : 'lobby.staffAbsent', times)}</p>
        )}
        <LobbyDelay />
        {beforeStart && !tooEarly && <p className="hm-muted">{t('lobby.early', times)}</p>}
      </div>
      <section>
        <h2>{t('lobby.steps')}</h2>
        <ol className="room-steps">
          <li>{t('lobby.step1')}</li>
          <li>{t('lobby.step2')}</li>
          <li>{t('lobby.step3')}</li>
        </ol>
      </section>
      <section className="hm-grow">
        <h2>{t('lobby.practice')}</h2>
        <p className="hm-muted hm-small">{t('lobby.practiceHint')}</p>
        <PracticeEditor />
      </section>
    </CardPage>
  )
}

const noop = () => undefined
const practiceLimits = { documentUnits: 100_000, pushUpdates: 256, pushUnits: 100_000, chatUnits: 0, stdinBytes: 0, files: 1, fileUnits: 100_000, pathBytes: 0 }

/** The room's editor without a connection. */
function PracticeEditor() {
  const { t } = useTranslation('room')
  const [editor, setEditor] = useState<Editor | null>(null)
  useEffect(() => {
    const newEditor = new Editor({
      kind: 'code',
      label: t('editor.practice'),
      getLimits: () => practiceLimits,
      onEdit: noop,
      onCompositionEnd: noop,
      onCursorMove: noop,
      onPaste: noop,
      onCopy: noop,
      onRefused: noop,
    })
    newEditor.setReadOnly(false)
    void newEditor.setLanguage('python')
    setEditor(newEditor)
    return () => newEditor.destroy()
  }, [t])
  return <div className="room-practice">{editor && <EditorHost editor={editor} />}</div>
}
