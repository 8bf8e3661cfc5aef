// @vitest-environment jsdom

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toast } from './toast'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

// jsdom does not support popovers, like WeCom's older webviews.
describe('toast', () => {
  it('shows messages in a live region and removes them, errors later', () => {
    toast.success('已保存')
    toast.error('没有保存')
    const list = document.getElementById('hm-toasts')
    expect(list?.getAttribute('role')).toBe('status')
    expect(list?.textContent).toBe('已保存没有保存')
    vi.advanceTimersByTime(3500)
    expect(list?.textContent).toBe('没有保存')
    vi.advanceTimersByTime(3000)
    expect(list?.textContent).toBe('')
  })

  it('shows text, never markup', () => {
    toast.warning('<b>x</b>')
    expect(document.querySelector('#hm-toasts b')).toBeNull()
  })
})
