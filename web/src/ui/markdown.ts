import MarkdownIt from 'markdown-it'

// HTML in the text stays text, and markdown-it itself refuses javascript: and
// similar schemes in links, so that the result is safe to insert.
const renderer = new MarkdownIt({ html: false, linkify: true, breaks: true })

// Links open in a new tab, so that the room or the form stays open.
renderer.core.ruler.push('outward_links', ({ tokens }) => {
  for (const inline of tokens) {
    for (const token of inline.children ?? []) {
      if (token.type !== 'link_open') continue
      token.attrSet('target', '_blank')
      token.attrSet('rel', 'noreferrer noopener')
    }
  }
})

export function renderMarkdown(text: string): string {
  return renderer.render(text)
}
