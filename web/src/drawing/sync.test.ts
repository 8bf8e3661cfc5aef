import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DrawingElement } from './element'
import { DrawingSync } from './sync'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const element = (id: string, version = 1, text = id, versionNonce = 5): DrawingElement => ({ id, version, versionNonce, type: 'text', index: `a${id}`, text }) as DrawingElement
const deleted = (id: string, version: number): DrawingElement => ({ id, version, versionNonce: 5, isDeleted: true })

function createSync() {
  const sent: { elements: DrawingElement[]; ref: string }[] = []
  const notices: string[] = []
  const connection = { isOpen: true }
  let refs = 0
  const sync = new DrawingSync({
    send: (message) => connection.isOpen && sent.push(message) > 0,
    createRef: () => `r${++refs}`,
    onNotice: (code) => notices.push(code),
    onUnsavedChange: () => undefined,
  })
  return { sync, sent, notices, connection, versions: () => sync.getSnapshot().elements.map(({ id, version }) => `${id}@${version}`).join(' ') }
}

const heads = (elements: DrawingElement[] = []) => elements.map(({ id, version, isDeleted }) => `${isDeleted ? '-' : ''}${id}@${version}`).join(' ')

describe('DrawingSync', () => {
  it('sends changes one message at a time, the newest versions together', () => {
    const { sync, sent } = createSync()
    sync.change([element('a')])
    vi.advanceTimersByTime(0)
    sync.change([element('a', 2), element('b')])
    sync.change([element('a', 3)])
    vi.advanceTimersByTime(1_000)
    expect(sent.map(({ elements }) => heads(elements))).toEqual(['a@1'])
    sync.handleAck({ ref: 'r1' })
    vi.advanceTimersByTime(1_000)
    expect(heads(sent[1]?.elements)).toBe('a@3 b@1')
    expect(sync.unsavedCount).toBe(2)
    sync.handleAck({ ref: 'other' })
    sync.handleAck({ ref: 'r2' })
    expect(sync.unsavedCount).toBe(0)
  })

  it('waits longer after a large message', () => {
    const { sync, sent } = createSync()
    sync.change([element('a', 1, 'x'.repeat(64_000))])
    vi.advanceTimersByTime(0)
    sync.handleAck({ ref: 'r1' })
    sync.change([element('b')])
    vi.advanceTimersByTime(1_900)
    expect(sent).toHaveLength(1)
    vi.advanceTimersByTime(200)
    expect(sent).toHaveLength(2)
  })

  it('merges by version and nonce', () => {
    const { sync, versions } = createSync()
    sync.handleWelcome({ seq: 4, elements: [element('b'), element('a', 2)] })
    const changes: (string[] | null)[] = []
    sync.onRemoteChange((changed) => changes.push(changed && [...changed]))
    sync.handleUpdate({ seq: 5, by: 'x', elements: [element('a', 1), deleted('b', 2), element('c')] }, false)
    sync.change([element('a', 2, 'higher nonce', 6), element('c', 2)])
    sync.handleUpdate({ seq: 6, by: 'x', elements: [element('c', 2, 'lower nonce', 1)] }, false)
    expect(versions()).toBe('a@2 c@2')
    expect(sync.get('a')?.text).toBe('a')
    expect(sync.get('c')?.text).toBe('lower nonce')
    expect(changes).toEqual([['b', 'c'], ['c']])
    expect(sync.resumePoint()).toBe(6)
  })

  it('sends after a reconnect what the server lacks, and takes what it has newer', () => {
    const { sync, sent, connection, versions } = createSync()
    sync.handleWelcome({ seq: 1, elements: [element('a'), element('b')] })
    connection.isOpen = false
    sync.handleDisconnect()
    sync.change([element('a', 2), element('b', 2), element('c')])
    vi.advanceTimersByTime(1_000)
    connection.isOpen = true
    sync.handleWelcome({ seq: 9, elements: [element('a', 5), deleted('b', 3)], resume: true })
    vi.advanceTimersByTime(1_000)
    expect(versions()).toBe('a@5 c@1')
    expect(sent.map(({ elements }) => heads(elements))).toEqual(['c@1'])
    sync.handleDisconnect() // before the acknowledgement
    sync.handleWelcome({ seq: 9, elements: [], resume: true })
    vi.advanceTimersByTime(1_000)
    expect(heads(sent[1]?.elements)).toBe('c@1')
  })

  it('takes the whole drawing when the server cannot continue, without losing what is not saved', () => {
    const { sync, sent, versions } = createSync()
    sync.handleWelcome({ seq: 1, elements: [element('a', 3), element('b')] })
    sync.change([element('c')])
    sync.handleWelcome({ seq: 1, elements: [element('a', 2)] })
    vi.advanceTimersByTime(1_000)
    expect(versions()).toBe('a@3 c@1')
    expect(heads(sent[0]?.elements)).toBe('c@1 a@3')
    sync.handleWelcome(undefined)
    expect(versions()).toBe('a@3 c@1')
  })

  it('takes the versions with which an acknowledgement answers', () => {
    const { sync, versions } = createSync()
    sync.change([element('a'), element('b')])
    vi.advanceTimersByTime(0)
    sync.handleAck({ ref: 'r1', elements: [deleted('a', 7)] })
    expect(versions()).toBe('b@1')
    expect(sync.unsavedCount).toBe(0)
  })

  it('retries when the server is busy, and shows its versions when it refuses', () => {
    const { sync, sent, notices, versions } = createSync()
    sync.handleWelcome({ seq: 1, elements: [element('a')] })
    sync.change([element('a', 2), element('b')])
    vi.advanceTimersByTime(0)
    expect(sync.handleFailure({ ref: 'r1', code: 'busy', retryAfterMs: 500 })).toBe(true)
    vi.advanceTimersByTime(499)
    expect(sent).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(heads(sent[1]?.elements)).toBe('a@2 b@1')
    const reset = vi.fn()
    sync.onRemoteChange(reset)
    expect(sync.handleFailure({ ref: 'r2', code: 'drawing.count' })).toBe(true)
    expect(sync.handleFailure({ ref: 'r2', code: 'drawing.count' })).toBe(false)
    expect(versions()).toBe('a@1')
    expect(notices).toEqual(['drawing.count'])
    expect(reset).toHaveBeenCalledWith(null)
    vi.advanceTimersByTime(5_000)
    expect(sent).toHaveLength(2)
  })

  it('does not send what was deleted before it was sent', () => {
    const { sync, sent } = createSync()
    sync.change([element('a')])
    sync.change([deleted('a', 2)])
    vi.advanceTimersByTime(1_000)
    expect(sent).toEqual([])
    expect(sync.unsavedCount).toBe(0)
  })

  it('counts what others change while it is not shown', () => {
    const { sync } = createSync()
    const unseen = () => sync.getSnapshot().unseen
    sync.handleUpdate({ seq: 1, by: 'x', elements: [element('a'), element('b')] }, false)
    sync.handleUpdate({ seq: 2, by: 'x', elements: [element('a', 2)] }, false)
    sync.handleUpdate({ seq: 3, by: 'you', elements: [element('c')] }, true)
    expect(unseen()).toBe(2)
    sync.setShown(true)
    sync.handleUpdate({ seq: 4, by: 'x', elements: [element('a', 3)] }, false)
    expect(unseen()).toBe(0)
  })

  it('reports when everything is stored', async () => {
    const { sync } = createSync()
    sync.change([element('a')])
    vi.advanceTimersByTime(0)
    const stored = sync.whenStored()
    sync.handleAck({ ref: 'r1' })
    await expect(stored).resolves.toBeUndefined()
  })
})
