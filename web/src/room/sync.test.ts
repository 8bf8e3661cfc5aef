import { getClientID, rebaseUpdates } from '@codemirror/collab'
import { ChangeSet, Text } from '@codemirror/state'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Authority, TestClient } from './authority.testing'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

// A seeded generator, so that a failure can be reproduced.
function seededRandom(seed: number): (sides: number) => number {
  let state = seed >>> 0 || 1
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

function connectedClients(): [Authority, TestClient, TestClient] {
  const authority = new Authority()
  const [a, b] = [new TestClient(authority, 'a'), new TestClient(authority, 'b')]
  a.connect()
  b.connect()
  return [authority, a, b]
}

function runUntilIdle(peers: TestClient[]): void {
  for (let round = 0; round < 2_000; round++) {
    vi.advanceTimersByTime(30)
    for (const peer of peers) {
      peer.connection?.serveOne()
      peer.receiveOne()
    }
    const quiet = peers.every((p) => p.sync.unsavedCount === 0 && !p.connection?.toServer.length && !p.connection?.toClient.length)
    if (quiet) return
  }
  throw new Error('the room never came to rest')
}

const documentTexts = (peers: TestClient[]) => peers.map((peer) => peer.state.doc.toString())

describe('DocumentSync with an authority', () => {
  it('converges on concurrent edits', () => {
    const [authority, a, b] = connectedClients()
    a.editText(0, 0, 'alpha')
    b.editText(0, 0, 'beta')
    runUntilIdle([a, b])
    expect(documentTexts([a, b])).toEqual([authority.text.toString(), authority.text.toString()])
    expect(authority.text.length).toBe(9)
  })

  it('pushes the first edit after a pause immediately and batches the next ones', () => {
    const [, a] = connectedClients()
    vi.advanceTimersByTime(1_000)
    a.editText(0, 0, 'x')
    vi.advanceTimersByTime(0)
    expect(a.connection?.toServer).toHaveLength(1)
    a.connection?.serveOne()
    a.receiveOne()
    a.editText(1, 1, 'y')
    a.editText(2, 2, 'z')
    vi.advanceTimersByTime(20)
    expect(a.connection?.toServer).toEqual([])
    vi.advanceTimersByTime(10)
    expect(a.connection?.toServer).toMatchObject([{ updates: [{}, {}] }])
  })

  it('keeps one push in flight and batches edits meanwhile', () => {
    const [, a] = connectedClients()
    a.editText(0, 0, 'x')
    vi.advanceTimersByTime(30)
    for (const letter of 'yz') a.editText(1, 1, letter)
    vi.advanceTimersByTime(500)
    expect(a.connection?.toServer).toHaveLength(1)
    a.connection?.serveOne()
    a.receiveOne()
    expect(a.connection?.toServer).toMatchObject([{ type: 'push', seq: 2, updates: [{}, {}] }])
  })

  it('resends an unacknowledged push unchanged, which the server stores once', () => {
    const [authority, a] = connectedClients()
    a.editText(0, 0, 'once')
    vi.advanceTimersByTime(30)
    const first = JSON.stringify(a.connection?.toServer[0])
    a.disconnect()
    a.connect()
    expect(JSON.stringify(a.connection?.toServer[0])).toBe(first)
    a.connection?.serveOne() // stored; the ack is lost with the connection
    a.editText(4, 4, '!')
    a.disconnect()
    a.connect()
    runUntilIdle([a])
    expect(authority.text.toString()).toBe('once!')
    expect(authority.history).toHaveLength(2)
  })

  it('keeps offline edits and pushes them after a reconnect', () => {
    const [authority, a, b] = connectedClients()
    a.disconnect()
    for (const letter of 'offline') a.editText(a.state.doc.length, a.state.doc.length, letter)
    b.editText(0, 0, 'here ')
    runUntilIdle([b])
    expect(a.sync.unsavedCount).toBe(7)
    a.connect()
    runUntilIdle([a, b])
    expect(documentTexts([a, b])).toEqual([authority.text.toString(), authority.text.toString()])
    expect(authority.text.toString()).toContain('offline')
  })

  it('continues with the draft of a page that ended, whether its push was stored or not', () => {
    for (const isStored of [false, true]) {
      const authority = new Authority()
      const first = new TestClient(authority, 'a')
      first.connect()
      first.editText(0, 0, 'pushed')
      vi.advanceTimersByTime(30)
      if (isStored) first.connection?.serveOne()
      first.editText(6, 6, ' and typed')
      const next = first.replacePage()
      expect(next.state.doc.toString()).toBe('pushed and typed')
      next.connect()
      runUntilIdle([next])
      expect(authority.text.toString()).toBe('pushed and typed')
      expect(authority.history).toHaveLength(2)
      expect(next.sync.takeDraft()).toBeUndefined()
    }
  })

  it('splits a long queue into pushes within the limits', () => {
    const [authority, a] = connectedClients()
    a.disconnect()
    for (let i = 0; i < 12; i++) a.editText(0, 0, 'ab')
    a.editText(0, 0, 'c'.repeat(900))
    a.editText(0, 0, 'd'.repeat(900))
    a.connect()
    const sizes: number[] = []
    for (let round = 0; round < 10; round++) {
      const push = a.connection?.toServer[0]
      if (push?.type === 'push') sizes.push(push.updates.length)
      a.connection?.serveOne()
      a.receiveOne()
    }
    expect(sizes).toEqual([5, 5, 3, 1])
    expect(authority.text.toString()).toBe(a.state.doc.toString())
  })

  it('fetches missing updates on a version gap', () => {
    const [authority, a, b] = connectedClients()
    b.editText(0, 0, '1')
    runUntilIdle([b])
    a.connection?.toClient.splice(0) // as if it were never sent
    b.editText(1, 1, '2')
    runUntilIdle([b])
    a.receiveOne()
    expect(a.connection?.toServer).toEqual([{ type: 'fetch', doc: 'code', version: 0 }])
    runUntilIdle([a])
    expect(a.state.doc.toString()).toBe(authority.text.toString())
  })

  it('retries a fetch after a rate limit error', () => {
    const [authority, a, b] = connectedClients()
    b.editText(0, 0, '1')
    runUntilIdle([b])
    a.connection?.toClient.splice(0)
    b.editText(1, 1, '2')
    runUntilIdle([b])
    a.receiveOne()
    a.connection?.toServer.splice(0)
    a.connection?.sendToClient({ type: 'error', code: 'rate', doc: 'code', retryAfterMs: 2_000 })
    a.receiveOne()
    vi.advanceTimersByTime(2_100)
    runUntilIdle([a])
    expect(a.state.doc.toString()).toBe(authority.text.toString())
  })

  it('retries a push after push.busy', () => {
    const [authority, a] = connectedClients()
    a.editText(0, 0, 'x')
    vi.advanceTimersByTime(30)
    a.connection?.toServer.splice(0)
    a.connection?.sendToClient({ type: 'error', code: 'push.busy', doc: 'code', seq: 1, retryAfterMs: 1_000 })
    a.receiveOne()
    vi.advanceTimersByTime(500)
    a.editText(1, 1, 'y') // further edits do not shorten the backoff
    vi.advanceTimersByTime(400)
    expect(a.connection?.toServer).toEqual([])
    vi.advanceTimersByTime(200)
    runUntilIdle([a])
    expect(authority.text.toString()).toBe('xy')
  })

  it('reports dropped text on resync and continues with a new clientId', () => {
    const [authority, a] = connectedClients()
    const before = getClientID(a.state)
    a.editText(0, 0, 'bad')
    vi.advanceTimersByTime(30)
    a.connection?.toServer.splice(0)
    a.connection?.sendToClient({ type: 'resync', doc: 'code', version: 0, text: '', code: 'push.changes' })
    a.receiveOne()
    expect(a.dropped).toEqual(['bad'])
    a.editText(0, 0, 'good')
    runUntilIdle([a])
    expect(authority.history.map((entry) => entry.clientId)).toEqual([getClientID(a.state)])
    expect(getClientID(a.state)).not.toBe(before)
    expect(authority.text.toString()).toBe('good')
  })

  it('reconnects without a version when a push is forbidden', () => {
    const [, a] = connectedClients()
    a.editText(0, 0, 'late')
    vi.advanceTimersByTime(30)
    a.connection?.sendToClient({ type: 'error', code: 'forbidden', doc: 'code', seq: 1 })
    a.receiveOne()
    expect(a.dropped).toEqual(['late'])
    expect(a.reconnectCount).toBe(1)
    expect(a.sync.resumePoint()).toBeUndefined()
  })

  it('whenStored resolves with the version that contains all edits', async () => {
    const [, a, b] = connectedClients()
    b.editText(0, 0, 'b')
    runUntilIdle([b])
    a.editText(0, 0, 'a')
    const version = a.sync.whenStored()
    runUntilIdle([a, b])
    await expect(version).resolves.toBe(2)
  })

  it('whenStored rejects on a disconnect', async () => {
    const [, a] = connectedClients()
    a.editText(0, 0, 'a')
    const version = a.sync.whenStored()
    a.disconnect()
    await expect(version).rejects.toThrow('disconnected')
  })

  it('maps cursors of older versions, defers later ones and drops those out of range', () => {
    const [, a, b] = connectedClients()
    b.editText(0, 0, 'hello')
    runUntilIdle([a, b])
    const at = (head: number) => [{ anchor: head, head }]
    expect(a.sync.mapToCurrent(0, at(0), 'b')).toEqual(at(5)) // b's own edit moves b's cursor
    expect(a.sync.mapToCurrent(0, at(0), 'c')).toEqual(at(0))
    expect(a.sync.mapToCurrent(2, at(0), 'b')).toBe('later')
    expect(a.sync.mapToCurrent(1, at(6), 'b')).toBe('stale')
    a.editText(0, 0, '>>') // not stored yet
    expect(a.sync.mapToCurrent(1, at(5), 'b')).toEqual(at(7))
    expect(a.sync.mapToConfirmed(at(7))).toEqual(at(5))
  })
})

describe('random disconnects, delays and ends of pages', () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1)

  it.each(seeds)('converge without lost or duplicate edits (seed %i)', (seed) => {
    const roll = seededRandom(seed)
    const authority = new Authority()
    const peers = ['a', 'b', 'c'].map((name) => new TestClient(authority, name))
    let token = 0
    for (let step = 0; step < 500; step++) {
      const index = roll(peers.length)
      const peer = peers[index] as TestClient
      const what = roll(100)
      if (roll(50) === 0) peers[index] = peer.replacePage()
      else if (!peer.connection || what < 3) peer.connect()
      else if (what < 6) peer.disconnect()
      else if (what < 40) editRandomly(peer, roll, `<${token++}>`)
      else if (what < 65) peer.connection.serveOne()
      else if (what < 90) peer.receiveOne()
      else if (what < 95) authority.serveDelayed(roll)
      else vi.advanceTimersByTime(roll(60))
    }
    for (const peer of peers) if (!peer.connection) peer.connect()
    runUntilIdle(peers)
    const final = authority.text.toString()
    expect(documentTexts(peers)).toEqual([final, final, final])
    for (const peer of peers) {
      const stored = authority.history.filter((entry) => entry.author === peer.name)
      expect(stored).toHaveLength(peer.editCount)
      expect(peer.dropped).toEqual([])
    }
  })

  function editRandomly(peer: TestClient, roll: (sides: number) => number, insert: string): void {
    const { length } = peer.state.doc
    const from = roll(length + 1)
    const to = Math.min(length, from + (roll(2) ? 0 : roll(6)))
    peer.editText(from, to, from < to && roll(2) ? '' : insert)
  }
})

// The reason why both sides rebase over updates one at a time; see docs/room-protocol.md.
it('mapping over a composition differs from mapping over each update', () => {
  const pending = ChangeSet.fromJSON([[0, 'X'], 1])
  const over = [ChangeSet.fromJSON([[1]]), ChangeSet.fromJSON([[0, 'a']])]
  const others = over.map((changes) => ({ changes, clientID: 'other' }))
  const text = over.reduce((doc, changes) => changes.apply(doc), Text.of(['P']))
  const mine = [{ changes: pending, clientID: 'me' }]
  const together = rebaseUpdates(mine, others)
  const oneByOne = others.reduce((updates, other) => [...rebaseUpdates(updates, [other])], mine)
  const result = (updates: readonly { changes: ChangeSet }[]) =>
    updates.reduce((doc, { changes }) => changes.apply(doc), text).toString()
  expect([result(together), result(oneByOne)]).toEqual(['Xa', 'aX'])
})
