import { useMemo } from 'react'
import { renderMarkdown } from './render'

export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => renderMarkdown(text), [text])
  return <div className="room-markdown" dangerouslySetInnerHTML={{ __html: html }} />
}
