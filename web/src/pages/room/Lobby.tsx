import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Editor } from '@/room/editor'
import { formatMoment } from '@/time/format'
import { Note } from '@/ui/states'
import { useHere, useRoom } from './context'
import { EditorHost } from './EditorHost'
import { Sheet } from './Sheet'

/** The candidate waits here until somebody lets them in. */
export function Lobby() {
  const { t } = useTranslation('room')
  const { door } = useHere()
  const broken = useRoom((snapshot) => snapshot.connection === 'reconnecting')
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const early = door.startsAt && Date.parse(door.startsAt) > Date.now()
  return (
    <Sheet wide title={t('lobby.title')} over={door.title}>
      <div role="status" className="hm-stack">
        {broken ? <Note tone="warning">{t('lobby.reconnecting')}</Note> : <p className="room-waiting">{t('lobby.tell')}</p>}
        {early && <p className="hm-muted">{t('lobby.early', { time: formatMoment(door.startsAt ?? '', zone) })}</p>}
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
        <Practice />
      </section>
    </Sheet>
  )
}

const nothing = () => undefined
const roomy = { documentUnits: 100_000, pushUpdates: 256, pushUnits: 100_000, chatUnits: 0, stdinBytes: 0 }

/** The same editor as in the room, connected to nothing. */
function Practice() {
  const { t } = useTranslation('room')
  const [editor, setEditor] = useState<Editor | null>(null)
  useEffect(() => {
    const made = new Editor({
      kind: 'code',
      label: t('editor.practice'),
      limits: () => roomy,
      edited: nothing,
      composed: nothing,
      moved: nothing,
      pasted: nothing,
      copied: nothing,
      refused: nothing,
    })
    made.setReadOnly(false)
    void made.setLanguage('python')
    setEditor(made)
    return () => made.destroy()
  }, [t])
  return <div className="room-practice">{editor && <EditorHost editor={editor} />}</div>
}
