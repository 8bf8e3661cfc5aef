import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './render'

function rendered(text: string): HTMLElement {
  const box = document.createElement('div')
  box.innerHTML = renderMarkdown(text)
  return box
}

describe('what somebody writes into a question', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:x)',
    '![x](javascript:alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '```<img src=x onerror=alert(1)>\nx\n```',
    '[x]: javascript:alert(1)\n\n[x]',
    '[a](https://a.example/"onmouseover="alert(1))',
  ])('%s runs nothing', (text) => {
    const box = rendered(text)
    const all = [...box.querySelectorAll('*')]
    expect(all.filter(({ tagName }) => ['SCRIPT', 'STYLE', 'SVG', 'IFRAME'].includes(tagName.toUpperCase()))).toEqual([])
    expect(all.flatMap((node) => node.getAttributeNames()).filter((name) => name.startsWith('on'))).toEqual([])
    const targets = all.map((node) => node.getAttribute('href') ?? node.getAttribute('src') ?? '')
    expect(targets.filter((target) => /^\s*(javascript|vbscript|data):/i.test(target))).toEqual([])
  })

  it('is Markdown otherwise', () => {
    const box = rendered('**数组** `x`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nhttps://example.com')
    expect(box.querySelector('strong')?.textContent).toBe('数组')
    expect(box.querySelectorAll('td')).toHaveLength(2)
    expect(box.querySelector('a')?.rel).toBe('noopener noreferrer')
  })
})
