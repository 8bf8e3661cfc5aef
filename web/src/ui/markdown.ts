import MarkdownIt from 'markdown-it'

// HTML in the text stays text, and markdown-it itself refuses javascript: and
// similar schemes in links, so that the result is safe to insert.
const renderer = new MarkdownIt({ html: false, linkify: true, breaks: true })

// An image of another host would report each reader's address and time to that
// host. Its description is displayed in its place, as a link to the image unless
// it already is part of a link. Images in data: URLs stay.
renderer.core.ruler.push('remote_images', ({ tokens, env, Token }) => {
  for (const inline of tokens) {
    let linkDepth = 0
    inline.children = (inline.children ?? []).flatMap((token) => {
      linkDepth += token.type === 'link_open' ? 1 : token.type === 'link_close' ? -1 : 0
      const source = token.type === 'image' ? String(token.attrGet('src') ?? '') : 'data:'
      if (/^data:/i.test(source)) return [token]
      ;(env as MarkdownEnv).remoteImages = true
      const text = new Token('text', '', 0)
      text.content = renderer.renderer.renderInlineAsText(token.children ?? [], renderer.options, env) || source
      if (linkDepth > 0 || !source) return [text]
      const open = new Token('link_open', 'a', 1)
      open.attrSet('href', source)
      return [open, text, new Token('link_close', 'a', -1)]
    })
  }
})

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

type MarkdownEnv = { remoteImages?: boolean }

export type RenderedMarkdown = { html: string; hasRemoteImages: boolean }

export function renderMarkdown(text: string): RenderedMarkdown {
  const env: MarkdownEnv = {}
  const html = renderer.render(text, env)
  return { html, hasRemoteImages: env.remoteImages === true }
}
