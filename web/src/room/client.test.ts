import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RoomClient, type ConnectionState, type Refusal } from './client'
import type { ServerMessage } from './protocol'
import { FakeSocket } from './socket.testing'
import { welcome } from './welcome.testing'

interface Scene {
  client: RoomClient
  sockets: FakeSocket[]
  states: ConnectionState[]
  refusals: (Refusal | undefined)[]
  received: ServerMessage[]
  lost: () => number
}

function scene(ask: () => Promise<Refusal | undefined> = () => Promise.resolve(undefined)): Scene {
  const sockets: FakeSocket[] = []
  const states: ConnectionState[] = []
  const refusals: (Refusal | undefined)[] = []
  const received: ServerMessage[] = []
  let lost = 0
  const client = new RoomClient({
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    ask,
    documents: () => [{ doc: 'code', version: 4 }],
    receive: (message) => received.push(message),
    changed: (state, refusal) => {
      states.push(state)
      refusals.push(refusal)
    },
    lost: () => lost++,
    random: () => 1,
  })
  client.start()
  return { client, sockets, states, refusals, received, lost: () => lost }
}

const last = (sockets: FakeSocket[]) => sockets.at(-1) as FakeSocket

function goLive({ sockets }: Scene): FakeSocket {
  const socket = last(sockets)
  socket.onopen?.()
  socket.say(welcome())
  return socket
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('coming in', () => {
  it('says hello with the documents it has, and is live at the welcome', () => {
    const it = scene()
    const socket = goLive(it)
    expect(socket.sent).toEqual([{ type: 'hello', protocol: 1, documents: [{ doc: 'code', version: 4 }] }])
    expect(it.states).toEqual(['live'])
  })

  it('stays live from the lobby into the room on one line', () => {
    const it = scene()
    const socket = last(it.sockets)
    const { now, room, you } = welcome()
    socket.onopen?.()
    socket.say({ type: 'waiting', now, room, you })
    socket.say(welcome())
    expect(it.states).toEqual(['live'])
    expect(it.received.map(({ type }) => type)).toEqual(['waiting', 'welcome'])
  })

  it('sends nothing before the welcome', () => {
    const it = scene()
    last(it.sockets).onopen?.()
    expect(it.client.send({ type: 'start' })).toBe(false)
    expect(last(it.sockets).sent).toHaveLength(1)
  })

  it('asks over HTTP why a socket did not open, and takes the refusal', async () => {
    const it = scene(() => Promise.resolve({ code: 'link.dead', detail: 'the link is old' }))
    last(it.sockets).onclose?.({ code: 1006 })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(it.states).toEqual(['refused'])
    expect(it.refusals).toEqual([{ code: 'link.dead', detail: 'the link is old' }])
    expect(it.sockets).toHaveLength(1)
  })

  it('tries again when the server cannot be asked either, more and more slowly', async () => {
    const it = scene(() => Promise.reject(new Error('no network')))
    const waits: number[] = []
    for (let round = 0; round < 8; round++) {
      const opened = it.sockets.length
      last(it.sockets).onclose?.({ code: 1006 })
      let wait = 0
      while (it.sockets.length === opened) {
        await vi.advanceTimersByTimeAsync(500)
        wait += 500
      }
      waits.push(wait)
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
    expect(it.states).toEqual(['reconnecting'])
  })

  it('gives up a socket that opens and stays silent', async () => {
    const it = scene()
    last(it.sockets).onopen?.()
    await vi.advanceTimersByTimeAsync(13_000)
    expect(it.sockets[0]?.closed).toBe(true)
    expect(it.sockets).toHaveLength(2)
  })
})

describe('a line that breaks', () => {
  it('is told, and comes back with the same documents', async () => {
    const it = scene()
    goLive(it).onclose?.({ code: 1006 })
    expect(it.lost()).toBe(1)
    await vi.advanceTimersByTimeAsync(500)
    goLive(it)
    expect(it.states).toEqual(['live', 'reconnecting', 'live'])
    expect(last(it.sockets).sent[0]).toMatchObject({ type: 'hello', documents: [{ doc: 'code', version: 4 }] })
  })

  it('is noticed when nothing is heard, without waiting for the browser', async () => {
    const it = scene()
    const socket = goLive(it)
    await vi.advanceTimersByTimeAsync(24_000)
    expect(socket.sent.filter(({ type }) => type === 'ping')).toHaveLength(2)
    expect(it.states).toEqual(['live'])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(it.states).toEqual(['live', 'reconnecting'])
    expect(socket.closed).toBe(true)
  })

  it('is kept by any sign of life', async () => {
    const it = scene()
    const socket = goLive(it)
    for (let round = 0; round < 6; round++) {
      await vi.advanceTimersByTimeAsync(20_000)
      socket.say({ type: 'pong', t: 1, now: '2026-11-23T08:00:00.000Z' })
    }
    expect(it.states).toEqual(['live'])
  })

  it('is tested at once when the person comes back, and retried at once when it was down', async () => {
    const it = scene()
    const socket = goLive(it)
    it.client.nudge()
    expect(socket.sent.at(-1)).toMatchObject({ type: 'ping' })
    await vi.advanceTimersByTimeAsync(4_100)
    expect(it.states).toEqual(['live', 'reconnecting'])
    it.client.nudge()
    expect(it.sockets).toHaveLength(2)
  })

  it('hears nothing more from the old socket', async () => {
    const it = scene()
    const old = goLive(it)
    await vi.advanceTimersByTimeAsync(26_000)
    const before = it.received.length
    old.say({ type: 'left', participantId: 'x' })
    expect(it.received).toHaveLength(before)
  })

  it('waits as long as a leaving server asks', async () => {
    const it = scene()
    goLive(it).say({ type: 'reconnect', afterMs: 2_000 })
    await vi.advanceTimersByTimeAsync(1_900)
    expect(it.sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_200) // half as long again by chance
    expect(it.sockets).toHaveLength(2)
  })

  it.each([
    [4400, 'protocol'],
    [1009, 'protocol'],
    [4409, 'elsewhere'],
  ])('does not come back after %i', async (code, reason) => {
    const it = scene()
    goLive(it).onclose?.({ code })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(it.sockets).toHaveLength(1)
    expect(it.refusals.at(-1)).toEqual({ code: reason })
  })

  it('asks why after 4403', async () => {
    const it = scene(() => Promise.resolve({ code: 'forbidden' }))
    goLive(it).onclose?.({ code: 4403 })
    await vi.advanceTimersByTimeAsync(0)
    expect(it.states).toEqual(['live', 'reconnecting', 'refused'])
  })

  it('waits five seconds after too many messages', async () => {
    const it = scene()
    goLive(it).onclose?.({ code: 4429 })
    await vi.advanceTimersByTimeAsync(4_900)
    expect(it.sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(it.sockets).toHaveLength(2)
  })
})

describe('the end', () => {
  it('keeps the line for reading and does not come back when it breaks', async () => {
    const it = scene()
    const socket = goLive(it)
    it.client.finish()
    expect(it.client.send({ type: 'fetch', doc: 'code', version: 1 })).toBe(true)
    socket.onclose?.({ code: 1006 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(it.sockets).toHaveLength(1)
    expect(it.states).toEqual(['live', 'ended'])
  })

  it('turned away is final', async () => {
    const it = scene()
    goLive(it).say({ type: 'turned_away' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(it.refusals.at(-1)).toEqual({ code: 'turned_away' })
    expect(it.sockets).toHaveLength(1)
  })

  it('a frame that is no message is not guessed at', () => {
    const it = scene()
    goLive(it).onmessage?.({ data: '{"type":"left"}' })
    expect(it.refusals.at(-1)?.code).toBe('protocol')
  })

  it('leaves for good', async () => {
    const it = scene()
    goLive(it)
    it.client.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(it.sockets).toHaveLength(1)
    expect(it.client.send({ type: 'start' })).toBe(false)
  })
})

it('does not queue what may be missed behind a full line', () => {
  const it = scene()
  const socket = goLive(it)
  socket.bufferedAmount = 2 << 20
  expect(it.client.sendIfQuick({ type: 'cursor', doc: 'code', version: 0, ranges: [] })).toBe(false)
  expect(it.client.send({ type: 'start' })).toBe(true)
})
