import { useEffect, useState, useSyncExternalStore, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { DrawingView } from '@/drawing/DrawingView'
import { textsOf } from '@/drawing/element'
import type { DrawingSnapshot } from '@/drawing/sync'
import { hasPermission } from '@/room/store'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'
import type { DrawingEditorProps } from './drawingEditorProps'
import { loadDrawingEditor } from './loadDrawingEditor'
import { noticeText } from './noticeText'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { SaveStatus } from './SaveStatus'
import './drawing.css'

export function useDrawing<T>(select: (snapshot: DrawingSnapshot) => T): T {
  const { drawing } = useRoomContext().session
  return useSyncExternalStore(drawing.subscribe, () => select(drawing.getSnapshot()))
}

/** The drawing of the room. The editor is loaded when it is shown first. */
export function DrawingPane({ shown }: { shown: boolean }) {
  const { t } = useTranslation('room')
  const { drawing } = useRoomContext().session
  const readOnly = useRoomSnapshot((snapshot) => !hasPermission(snapshot, 'edit'))
  useEffect(() => {
    drawing.setShown(shown)
    return () => drawing.setShown(false)
  }, [drawing, shown])
  return (
    <>
      {shown && (
        <header className="room-toolbar room-toolbar--slim">
          <span className="hm-muted hm-small">{t('drawing.shared')}</span>
          <span className="hm-grow" />
          {readOnly ? <span className="hm-muted hm-small">{t('editor.readOnly')}</span> : <SaveStatus />}
        </header>
      )}
      <DrawingContent shown={shown} readOnly={readOnly} />
      {shown && <DrawingTexts />}
    </>
  )
}

function DrawingContent({ shown, readOnly }: { shown: boolean; readOnly: boolean }) {
  const { t } = useTranslation('room')
  const { drawing } = useRoomContext().session
  const { Editor, hasFailed, retry } = useDrawingEditor(shown)
  const elements = useDrawing((snapshot) => snapshot.elements)
  if (Editor) {
    return (
      <div className="room-drawing" role="region" aria-label={t('drawing.canvas')}>
        <Editor sync={drawing} readOnly={readOnly} onUnsupported={() => toast.warning(noticeText('drawing.unsupported'))} />
      </div>
    )
  }
  if (!shown) return null
  return (
    <>
      <p className="room-drawing__status hm-small" role="status">
        {hasFailed ? t('drawing.failed') : t('drawing.loading')}
        {hasFailed && (
          <Button size="small" variant="outline" onClick={retry}>
            {t('drawing.retry')}
          </Button>
        )}
      </p>
      {elements.length > 0 && <DrawingView elements={elements} />}
    </>
  )
}

function useDrawingEditor(isWanted: boolean) {
  const [Editor, setEditor] = useState<ComponentType<DrawingEditorProps> | null>(null)
  const [hasFailed, setFailed] = useState(false)
  const isLoading = isWanted && !Editor && !hasFailed
  useEffect(() => {
    if (!isLoading) return
    let isCurrent = true
    loadDrawingEditor().then(
      (loaded) => isCurrent && setEditor(() => loaded),
      () => isCurrent && setFailed(true),
    )
    return () => {
      isCurrent = false
    }
  }, [isLoading])
  return { Editor, hasFailed, retry: () => setFailed(false) }
}

/** The texts of the drawing for screen readers, which cannot read the canvas. */
function DrawingTexts() {
  const { t } = useTranslation('room')
  const elements = useDrawing((snapshot) => snapshot.elements)
  const texts = textsOf(elements)
  return (
    <div className="hm-sr-only">
      <p>{t('drawing.image', { count: elements.length })}</p>
      <ul aria-label={t('drawing.texts')}>
        {texts.map((text, index) => (
          <li key={index}>{text}</li>
        ))}
      </ul>
    </div>
  )
}
