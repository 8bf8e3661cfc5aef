import { useEffect, useLayoutEffect, useRef, type CSSProperties } from 'react'
import { fontSizePreference } from '@/preferences/editor'
import { usePreference } from '@/preferences/preference'
import type { Editor } from '@/room/editor'

/** Mounts an editor, whose lifetime is longer than the component's. */
export function EditorHost({ editor }: { editor: Editor }) {
  const container = useRef<HTMLDivElement>(null)
  const fontSize = usePreference(fontSizePreference)
  useLayoutEffect(() => {
    const { dom } = editor
    container.current?.append(dom)
    return () => dom.remove()
  }, [editor])
  useEffect(() => editor.view.requestMeasure(), [editor, fontSize])
  return <div className="room-editor" ref={container} style={{ '--room-font-size': `${fontSize}px` } as CSSProperties} />
}
