import { useLayoutEffect, useRef } from 'react'
import type { Editor } from '@/room/editor'

/** Mounts an editor, whose lifetime is longer than the component's. */
export function EditorHost({ editor }: { editor: Editor }) {
  const container = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { dom } = editor
    container.current?.append(dom)
    return () => dom.remove()
  }, [editor])
  return <div className="room-editor" ref={container} />
}
