import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Player } from '@/replay/player'
import type { DocumentName } from '@/room/protocol'
import type { Recording } from '@/replay/recording'
import { ReplayEditor } from './replayEditor'
import { usePlayerSnapshot } from './usePlayer'

interface Props {
  doc: DocumentName
  /** of code */
  language?: string
  label: string
  player: Player
  recording: Recording
  follow: boolean
}

/** A document as it was at the player's time. */
export function RecordedDocument({ doc, language = '', label, player, recording, follow }: Props) {
  const { t } = useTranslation(['replay', 'room'])
  const [editor] = useState(
    () => new ReplayEditor(doc === 'notes' ? 'prose' : 'code', t('textOf', { name: label }), t('room:editor.phrases', { returnObjects: true }) as Record<string, string>),
  )
  const container = useRef<HTMLDivElement>(null)
  const time = usePlayerSnapshot(player, (snapshot) => snapshot.time)
  const history = recording.documents.get(doc)

  useLayoutEffect(() => {
    container.current?.append(editor.dom)
    return () => editor.dom.remove()
  }, [editor])
  useEffect(() => {
    if (language) void editor.setLanguage(language)
  }, [editor, language])
  useEffect(() => {
    if (!history) return
    const version = history.versionAt(time)
    editor.show(history, version, recording.cursorsAt(doc, version, time), recording.people, follow)
  }, [editor, doc, history, recording, time, follow])
  return <div className="room-editor" ref={container} />
}
