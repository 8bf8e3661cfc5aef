import { useEffect, useState } from 'react'
import { Skeleton } from './states'
import './markdown.css'

let render: ((text: string) => string) | undefined

/** Text in Markdown; what draws it comes with the first one on a page. */
export function Markdown({ text }: { text: string }) {
  const [, setReady] = useState(render !== undefined)
  useEffect(() => {
    if (render) return
    let here = true
    void import('./markdown').then(({ renderMarkdown }) => {
      render = renderMarkdown
      if (here) setReady(true)
    })
    return () => {
      here = false
    }
  }, [])
  if (!render) return <Skeleton lines={3} />
  return <div className="hm-markdown" dangerouslySetInnerHTML={{ __html: render(text) }} />
}
