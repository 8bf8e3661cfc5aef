// @vitest-environment jsdom

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const checkScript = readFileSync(join(import.meta.dirname, '../../public/browser-check.js'), 'utf8')

function runCheck(): void {
  new Function(checkScript)()
}

const notice = () => document.getElementById('hm-old-browser')

describe('browser-check.js', () => {
  beforeEach(() => {
    document.body.innerHTML = '<div id="root"></div>'
    Object.assign(window, { ResizeObserver: class {} })
    Object.defineProperty(HTMLScriptElement.prototype, 'noModule', { value: false, configurable: true, writable: true })
  })
  afterEach(() => {
    Reflect.deleteProperty(HTMLScriptElement.prototype, 'noModule')
  })

  it('shows nothing in a current browser', () => {
    runCheck()
    expect(notice()).toBeNull()
  })

  it('names the reason in three languages when a feature is missing', () => {
    const findLast = Object.getOwnPropertyDescriptor(Array.prototype, 'findLast') as PropertyDescriptor
    Reflect.deleteProperty(Array.prototype, 'findLast')
    try {
      runCheck()
    } finally {
      Object.defineProperty(Array.prototype, 'findLast', findLast)
    }
    expect([...(notice()?.querySelectorAll('section') ?? [])].map(({ lang }) => lang)).toEqual(['zh-CN', 'en', 'ja'])
    expect(notice()?.textContent).toContain('浏览器版本太旧')
    expect(notice()?.textContent).toContain(location.href)
    expect(document.getElementById('root')?.style.display).toBe('none')
  })

  it('shows the notice when the code cannot be parsed, and not after the page is displayed', () => {
    runCheck()
    const root = document.getElementById('root') as HTMLElement
    const report = (error: Error) => window.dispatchEvent(Object.assign(new Event('error'), { error }))
    report(new TypeError('of the page'))
    expect(notice()).toBeNull()
    root.append('page')
    report(new SyntaxError('of an extension'))
    expect(notice()).toBeNull()
    root.replaceChildren()
    report(new SyntaxError('Unexpected token'))
    expect(notice()).not.toBeNull()
  })
})
