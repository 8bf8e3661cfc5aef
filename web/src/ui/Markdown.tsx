import { useEffect, useState } from 'react'
import { Skeleton } from './feedback'
import './markdown.css'

let renderText: ((text: string) => string) | undefined

/** Renders Markdown. The renderer is loaded with the first instance. */
export function Markdown({ text }: { text: string }) {
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
  return <div className="hm-markdown" dangerouslySetInnerHTML={{ __html: renderText(text) }} />
}
