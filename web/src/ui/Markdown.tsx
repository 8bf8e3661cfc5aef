import { useEffect, useState } from 'react'
import { Note, Skeleton } from './feedback'
import type { RenderedMarkdown } from './markdown'
import './markdown.css'

let renderText: ((text: string) => RenderedMarkdown) | undefined

/** Renders Markdown. The renderer is loaded with the first instance. imageNote is displayed when images of other hosts are left out. */
export function Markdown({ text, imageNote }: { text: string; imageNote?: string }) {
  const [, setReady] = useState(renderText !== undefined)
  useEffect(() => {
    if (renderText) return
    let mounted = true
    void import('./markdown').then(({ renderMarkdown }) => {
      renderText = renderMarkdown
      if (mounted) setReady(true)
    })
    return () => {
      mounted = false
    }
  }, [])
  if (!renderText) return <Skeleton lines={3} />
  const { html, hasRemoteImages } = renderText(text)
  return (
    <>
      {imageNote && hasRemoteImages && <Note>{imageNote}</Note>}
      <div className="hm-markdown" dangerouslySetInnerHTML={{ __html: html }} />
    </>
  )
}
