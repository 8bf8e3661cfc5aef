import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './markdown'

describe('renderMarkdown', () => {
  it('leaves HTML as text', () => {
    const html = renderMarkdown('<img src=x onerror=alert(1)> <script>alert(1)</script>')
    expect(html).not.toMatch(/<(img|script)/)
  })

  it.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x'])('refuses a link to %s', (address) => {
    expect(renderMarkdown(`[a](${address})`)).not.toMatch(/<a /)
  })

  it('opens links in a new tab', () => {
    expect(renderMarkdown('[a](https://example.com)')).toContain('<a href="https://example.com" target="_blank" rel="noreferrer noopener">')
  })

  it('keeps code as it is', () => {
    expect(renderMarkdown('```python\nif a < b:\n```')).toContain('if a &lt; b:')
  })
})
