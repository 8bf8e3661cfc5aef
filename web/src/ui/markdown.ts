import MarkdownIt from 'markdown-it'

// HTML in the text stays text, and markdown-it itself refuses javascript: and
// its like as an address, so that what comes out is safe to insert.
const renderer = new MarkdownIt({ html: false, linkify: true, breaks: true })

// Links lead out of the room or the form: never in the same tab.
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
