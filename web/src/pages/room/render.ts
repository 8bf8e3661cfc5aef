import MarkdownIt from 'markdown-it'

// HTML in the text is shown as text, and markdown-it itself refuses addresses that run code: nothing
// that somebody writes into a question becomes a tag of its own.
const renderer = new MarkdownIt({ html: false, linkify: true, breaks: true })

renderer.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('target', '_blank')
  tokens[index]?.attrSet('rel', 'noopener noreferrer')
  return self.renderToken(tokens, index, options)
}

export function renderMarkdown(text: string): string {
  return renderer.render(text)
}
