import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './markdown'

describe('renderMarkdown', () => {
  it('leaves HTML as text', () => {
    const { html } = renderMarkdown('<img src=x onerror=alert(1)> <script>alert(1)</script>')
    expect(html).not.toMatch(/<(img|script)/)
  })

  it.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x'])('refuses a link to %s', (address) => {
    expect(renderMarkdown(`[a](${address})`).html).not.toMatch(/<a /)
  })

  it('opens links in a new tab', () => {
    expect(renderMarkdown('[a](https://example.com)').html).toContain('<a href="https://example.com" target="_blank" rel="noreferrer noopener">')
  })

  it('keeps code as it is', () => {
    expect(renderMarkdown('```python\nif a < b:\n```').html).toContain('if a &lt; b:')
  })

  it.each([
    ['![a](https://example.com/a.png)', '>a</a>'],
    ['![a](//example.com/a.png)', '>a</a>'],
    ['![a](/a.png)', '>a</a>'],
    ['![](https://example.com/a.png)', '>https://example.com/a.png</a>'],
    ['![a *b*][ref]\n\n[ref]: https://example.com/a.png', '>a b</a>'],
    ['| x |\n|---|\n| ![a](https://example.com/a.png) |', '>a</a>'],
    ['[![a](https://example.com/a.png)](https://example.org)', '<a href="https://example.org" target="_blank" rel="noreferrer noopener">a</a>'],
    ['![<b>](https://example.com/a.png)', '>&lt;b&gt;</a>'],
  ])('shows the description in place of the image %s', (text, link) => {
    const { html, hasRemoteImages } = renderMarkdown(text)
    expect(html).not.toContain('<img')
    expect(html).toContain(link)
    expect(hasRemoteImages).toBe(true)
  })

  it('shows images in data: URLs', () => {
    const { html, hasRemoteImages } = renderMarkdown('![a](data:image/png;base64,AAAA)')
    expect(html).toContain('<img src="data:image/png;base64,AAAA" alt="a">')
    expect(hasRemoteImages).toBe(false)
  })
})
