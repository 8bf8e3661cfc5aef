// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PaneSizeStore } from './paneSizes'

afterEach(() => localStorage.clear())

describe('PaneSizeStore', () => {
  it('keeps sizes within their bounds for the next room', () => {
    const sizes = new PaneSizeStore()
    sizes.resize('problem', 33.4)
    sizes.resize('side', 90)
    sizes.resize('output', 1)
    expect(new PaneSizeStore().get()).toEqual({ problem: 26, side: 25, output: 32 })
    sizes.keep()
    expect(new PaneSizeStore().get()).toEqual({ problem: 33, side: 35, output: 15 })
  })

  it.each(['', 'null', '[1]', '{"problem":"30","side":1e999,"output":null}', '{'])('starts with the initial sizes when %j is stored', (stored) => {
    localStorage.setItem('huimian.room.panes', stored)
    expect(new PaneSizeStore().get()).toEqual({ problem: 26, side: 25, output: 32 })
  })

  it('notifies of changes only', () => {
    const sizes = new PaneSizeStore()
    const listener = vi.fn()
    const unsubscribe = sizes.subscribe(listener)
    sizes.resize('output', 40)
    sizes.resize('output', 40.2)
    unsubscribe()
    sizes.resize('output', 50)
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
