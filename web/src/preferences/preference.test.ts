// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Preference } from './preference'
import { applyTheme, themePreference } from './theme'

afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
  themePreference.set('system')
})

describe('Preference', () => {
  const create = () => new Preference('test.size', ['small', 'medium', 'large'], 'medium')

  it('is the default until another is chosen, which is kept', () => {
    expect(create().get()).toBe('medium')
    create().set('large')
    expect(create().get()).toBe('large')
  })

  it('ignores a stored value that is none of its values', () => {
    localStorage.setItem('test.size', 'enormous')
    expect(create().get()).toBe('medium')
  })

  it('notifies subscribers of changes, also of those of another tab', () => {
    const size = create()
    const listener = vi.fn()
    const unsubscribe = size.subscribe(listener)
    size.set('small')
    size.set('small')
    expect(listener).toHaveBeenCalledTimes(1)
    localStorage.setItem('test.size', 'large')
    window.dispatchEvent(new StorageEvent('storage', { key: 'test.size' }))
    expect(size.get()).toBe('large')
    expect(listener).toHaveBeenCalledTimes(2)
    unsubscribe()
    size.set('medium')
    expect(listener).toHaveBeenCalledTimes(2)
  })

  it('works without storage', () => {
    const refuse = () => {
      throw new Error('refused')
    }
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, clear: () => undefined })
    const size = create()
    size.set('small')
    expect(size.get()).toBe('small')
  })
})

describe('applyTheme', () => {
  function stubSystemTheme(dark: boolean) {
    const listeners: (() => void)[] = []
    const query = { matches: dark, addEventListener: (_: string, listener: () => void) => listeners.push(listener) }
    vi.stubGlobal('matchMedia', () => query)
    return (matches: boolean) => {
      query.matches = matches
      listeners.forEach((listener) => listener())
    }
  }
  const shown = () => document.documentElement.getAttribute('theme-mode')

  it('follows the system until a theme is chosen', () => {
    const setSystemTheme = stubSystemTheme(true)
    applyTheme('/interviews')
    expect(shown()).toBe('dark')
    setSystemTheme(false)
    expect(shown()).toBe('light')
    themePreference.set('dark')
    expect(shown()).toBe('dark')
    setSystemTheme(true)
    themePreference.set('light')
    expect(shown()).toBe('light')
  })

  it('keeps framed pages light', () => {
    stubSystemTheme(true)
    applyTheme('/embed/resume/x')
    expect(shown()).toBe('light')
  })
})
