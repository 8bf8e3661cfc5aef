import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Scorecard, ScorecardDraft } from '@/api/types'
import type { ScorecardContent } from './autosave'
import { Autosave } from './autosave'

const draftContent = (comment: string): ScorecardContent => ({ comment, scores: [] })

/** A fake server with versions and injectable failures. */
function newFakeServer(version = 0) {
  const server = {
    version,
    comments: [] as string[],
    fail: [] as unknown[],
    save: async (sent: ScorecardDraft): Promise<Scorecard> => {
      const failure = server.fail.shift()
      if (failure) throw failure
      if (sent.version !== server.version) throw new Problem(409, 'scorecard.conflict', 'newer')
      server.version++
      server.comments.push(sent.comment ?? '')
      return { version: server.version } as Scorecard
    },
  }
  return server
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('Autosave', () => {
  it('debounces and saves only the latest content', async () => {
    const server = newFakeServer()
    const autosave = new Autosave(0, server.save)
    autosave.update(draftContent('a'))
    await vi.advanceTimersByTimeAsync(500)
    autosave.update(draftContent('ab'))
    await vi.advanceTimersByTimeAsync(500)
    expect(server.comments).toEqual([])
    await vi.advanceTimersByTimeAsync(400)
    expect(server.comments).toEqual(['ab'])
    expect(autosave.getSnapshot()).toMatchObject({ state: 'saved', version: 1 })
  })

  it('saves edits made during a request afterwards, on the new version', async () => {
    const server = newFakeServer()
    let release = () => {}
    const slow = new Promise<void>((resolve) => (release = resolve))
    const autosave = new Autosave(0, async (sent) => {
      if (sent.comment === 'a') await slow
      return server.save(sent)
    })
    autosave.update(draftContent('a'))
    await vi.advanceTimersByTimeAsync(800)
    autosave.update(draftContent('b'))
    release()
    await vi.advanceTimersByTimeAsync(0)
    expect(autosave.getSnapshot().state).toBe('waiting')
    await vi.advanceTimersByTimeAsync(800)
    expect(server.comments).toEqual(['a', 'b'])
    expect(autosave.getSnapshot()).toMatchObject({ state: 'saved', version: 2 })
  })

  it('retries when the server is unavailable', async () => {
    const server = newFakeServer()
    server.fail.push(new TypeError('Failed to fetch'), new Problem(503, 'x', ''))
    const autosave = new Autosave(0, server.save)
    autosave.update(draftContent('a'))
    await vi.advanceTimersByTimeAsync(800)
    expect(autosave.getSnapshot().state).toBe('failed')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(server.comments).toEqual(['a'])
    expect(autosave.getSnapshot().state).toBe('saved')
  })

  it('stops on a conflict until overwrite', async () => {
    const server = newFakeServer(3)
    const autosave = new Autosave(2, server.save)
    autosave.update(draftContent('mine'))
    await vi.advanceTimersByTimeAsync(800)
    expect(autosave.getSnapshot().state).toBe('conflict')
    autosave.update(draftContent('mine too'))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(server.comments).toEqual([])
    await autosave.overwrite(3)
    expect(server.comments).toEqual(['mine too'])
    expect(autosave.getSnapshot()).toMatchObject({ state: 'saved', version: 4 })
  })

  it('does not retry a refused save', async () => {
    const server = newFakeServer()
    server.fail.push(new Problem(422, 'error.fields', ''))
    const autosave = new Autosave(0, server.save)
    autosave.update(draftContent('a'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(autosave.getSnapshot().state).toBe('refused')
    expect(server.comments).toEqual([])
  })

  it('flush saves immediately, and does nothing when all is saved', async () => {
    const server = newFakeServer()
    const autosave = new Autosave(0, server.save)
    expect((await autosave.flush()).version).toBe(0)
    autosave.update(draftContent('a'))
    expect(await autosave.flush()).toMatchObject({ state: 'saved', version: 1 })
    expect(server.comments).toEqual(['a'])
  })
})
