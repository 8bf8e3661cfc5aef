import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RoomClient, type ConnectionState, type ConnectionError } from './client'
import type { ServerMessage } from './protocol'
import { FakeSocket } from './socket.testing'
import { welcomeMessage } from './welcome.testing'

interface Fixture {
  client: RoomClient
  sockets: FakeSocket[]
  states: ConnectionState[]
  errors: (ConnectionError | undefined)[]
  received: ServerMessage[]
  disconnectCount: () => number
}

function newFixture(checkAccess: () => Promise<ConnectionError | undefined> = () => Promise.resolve(undefined)): Fixture {
  const sockets: FakeSocket[] = []
  const states: ConnectionState[] = []
  const errors: (ConnectionError | undefined)[] = []
  const received: ServerMessage[] = []
  let disconnects = 0
  const client = new RoomClient({
    createSocket: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    checkAccess,
    documentVersions: () => [{ doc: 'code', version: 4 }],
    onMessage: (message) => received.push(message),
    onStateChange: (state, error) => {
      states.push(state)
      errors.push(error)
    },
    onDisconnect: () => disconnects++,
    random: () => 1,
  })
  client.start()
  return { client, sockets, states, errors, received, disconnectCount: () => disconnects }
}

const lastSocket = (sockets: FakeSocket[]) => sockets.at(-1) as FakeSocket

function joinRoom({ sockets }: Fixture): FakeSocket {
  const socket = lastSocket(sockets)
  socket.onopen?.()
  socket.receive(welcomeMessage())
  return socket
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('connecting', () => {
  it('sends hello with document versions and is live after the welcome', () => {
    const fixture = newFixture()
    const socket = joinRoom(fixture)
    expect(socket.sent).toEqual([{ type: 'hello', protocol: 1, documents: [{ doc: 'code', version: 4 }] }])
    expect(fixture.states).toEqual(['live'])
  })

  it('stays live from the lobby into the room', () => {
    const fixture = newFixture()
    const socket = lastSocket(fixture.sockets)
    const { now, room, you } = welcomeMessage()
    socket.onopen?.()
    socket.receive({ type: 'waiting', staff: false, now, room, you })
    socket.receive(welcomeMessage())
    expect(fixture.states).toEqual(['live'])
    expect(fixture.received.map(({ type }) => type)).toEqual(['waiting', 'welcome'])
  })

  it('sends nothing before the welcome', () => {
    const fixture = newFixture()
    lastSocket(fixture.sockets).onopen?.()
    expect(fixture.client.send({ type: 'start' })).toBe(false)
    expect(lastSocket(fixture.sockets).sent).toHaveLength(1)
  })

  it('checks access over HTTP when a socket does not open', async () => {
    const fixture = newFixture(() => Promise.resolve({ code: 'link.expired', detail: 'the link is old' }))
    lastSocket(fixture.sockets).onclose?.({ code: 1006 })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(fixture.states).toEqual(['refused'])
    expect(fixture.errors).toEqual([{ code: 'link.expired', detail: 'the link is old' }])
    expect(fixture.sockets).toHaveLength(1)
  })

  it('retries with exponential backoff when the access check fails', async () => {
    const fixture = newFixture(() => Promise.reject(new Error('no network')))
    const waits: number[] = []
    for (let round = 0; round < 8; round++) {
      const opened = fixture.sockets.length
      lastSocket(fixture.sockets).onclose?.({ code: 1006 })
      let wait = 0
      while (fixture.sockets.length === opened) {
        await vi.advanceTimersByTimeAsync(500)
        wait += 500
      }
      waits.push(wait)
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
    expect(fixture.states).toEqual(['reconnecting'])
  })

  it('replaces a socket that opens but receives no welcome', async () => {
    const fixture = newFixture()
    lastSocket(fixture.sockets).onopen?.()
    await vi.advanceTimersByTimeAsync(13_000)
    expect(fixture.sockets[0]?.closed).toBe(true)
    expect(fixture.sockets).toHaveLength(2)
  })
})

describe('reconnecting', () => {
  it('calls onDisconnect and resumes the same documents', async () => {
    const fixture = newFixture()
    joinRoom(fixture).onclose?.({ code: 1006 })
    expect(fixture.disconnectCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(500)
    joinRoom(fixture)
    expect(fixture.states).toEqual(['live', 'reconnecting', 'live'])
    expect(lastSocket(fixture.sockets).sent[0]).toMatchObject({ type: 'hello', documents: [{ doc: 'code', version: 4 }] })
  })

  it('detects a dead connection by the receive timeout', async () => {
    const fixture = newFixture()
    const socket = joinRoom(fixture)
    await vi.advanceTimersByTimeAsync(11_000)
    expect(socket.sent.filter(({ type }) => type === 'ping')).toHaveLength(3) // two heartbeats and a probe
    expect(fixture.states).toEqual(['live'])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(fixture.states).toEqual(['live', 'reconnecting'])
    expect(socket.closed).toBe(true)
  })

  it('restarts the receive timeout on each message', async () => {
    const fixture = newFixture()
    const socket = joinRoom(fixture)
    for (let round = 0; round < 6; round++) {
      await vi.advanceTimersByTimeAsync(7_000)
      socket.receive({ type: 'pong', t: 1, now: '2026-11-23T08:00:00.000Z' })
    }
    expect(fixture.states).toEqual(['live'])
  })

  it('keeps the connection of a hidden page, whose heartbeat the browser delays', async () => {
    // Chromium runs the interval of a hidden page once a minute, but not every timeout.
    const interval = globalThis.setInterval
    vi.stubGlobal('setInterval', (run: () => void, ms: number) => interval(run, Math.max(ms, 60_000)))
    const fixture = newFixture()
    const socket = joinRoom(fixture)
    let answered = 0
    for (let second = 0; second < 600; second++) {
      await vi.advanceTimersByTimeAsync(1_000)
      const pings = socket.sent.filter(({ type }) => type === 'ping')
      if (pings.length > answered) socket.receive({ type: 'pong', t: 1, now: '2026-11-23T08:00:00.000Z' })
      answered = pings.length
    }
    expect(fixture.states).toEqual(['live'])
    expect(fixture.sockets).toHaveLength(1)
    vi.unstubAllGlobals()
  })

  it('checkConnection probes a live connection and retries a lost one immediately', async () => {
    const fixture = newFixture()
    const socket = joinRoom(fixture)
    fixture.client.checkConnection()
    expect(socket.sent.at(-1)).toMatchObject({ type: 'ping' })
    await vi.advanceTimersByTimeAsync(4_100)
    expect(fixture.states).toEqual(['live', 'reconnecting'])
    fixture.client.checkConnection()
    expect(fixture.sockets).toHaveLength(2)
  })

  it('ignores messages of the replaced socket', async () => {
    const fixture = newFixture()
    const old = joinRoom(fixture)
    await vi.advanceTimersByTimeAsync(26_000)
    const before = fixture.received.length
    old.receive({ type: 'left', participantId: 'x' })
    expect(fixture.received).toHaveLength(before)
  })

  it('waits for the delay of a reconnect message', async () => {
    const fixture = newFixture()
    joinRoom(fixture).receive({ type: 'reconnect', afterMs: 2_000 })
    await vi.advanceTimersByTimeAsync(1_900)
    expect(fixture.sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_200) // up to 50 % jitter
    expect(fixture.sockets).toHaveLength(2)
  })

  it.each([
    [4400, 'protocol'],
    [1009, 'protocol'],
    [4409, 'elsewhere'],
  ])('does not reconnect after %i', async (code, reason) => {
    const fixture = newFixture()
    joinRoom(fixture).onclose?.({ code })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fixture.sockets).toHaveLength(1)
    expect(fixture.errors.at(-1)).toEqual({ code: reason })
  })

  it('checks access after 4403', async () => {
    const fixture = newFixture(() => Promise.resolve({ code: 'forbidden' }))
    joinRoom(fixture).onclose?.({ code: 4403 })
    await vi.advanceTimersByTimeAsync(0)
    expect(fixture.states).toEqual(['live', 'reconnecting', 'refused'])
  })

  it('waits five seconds after too many messages', async () => {
    const fixture = newFixture()
    joinRoom(fixture).onclose?.({ code: 4429 })
    await vi.advanceTimersByTimeAsync(4_900)
    expect(fixture.sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(fixture.sockets).toHaveLength(2)
  })
})

describe('final states', () => {
  it('markRoomEnded keeps the connection and disables reconnects', async () => {
    const fixture = newFixture()
    const socket = joinRoom(fixture)
    fixture.client.markRoomEnded()
    expect(fixture.client.send({ type: 'fetch', doc: 'code', version: 1 })).toBe(true)
    socket.onclose?.({ code: 1006 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fixture.sockets).toHaveLength(1)
    expect(fixture.states).toEqual(['live', 'ended'])
  })

  it('turned_away is final', async () => {
    const fixture = newFixture()
    joinRoom(fixture).receive({ type: 'turned_away' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fixture.errors.at(-1)).toEqual({ code: 'turned_away' })
    expect(fixture.sockets).toHaveLength(1)
  })

  it('an invalid frame is a protocol error', () => {
    const fixture = newFixture()
    joinRoom(fixture).onmessage?.({ data: '{"type":"left"}' })
    expect(fixture.errors.at(-1)?.code).toBe('protocol')
  })

  it('close disables reconnects', async () => {
    const fixture = newFixture()
    joinRoom(fixture)
    fixture.client.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fixture.sockets).toHaveLength(1)
    expect(fixture.client.send({ type: 'start' })).toBe(false)
  })
})

it('sendVolatile drops messages while the send buffer is full', () => {
  const fixture = newFixture()
  const socket = joinRoom(fixture)
  socket.bufferedAmount = 2 << 20
  expect(fixture.client.sendVolatile({ type: 'cursor', doc: 'code', version: 0, ranges: [] })).toBe(false)
  expect(fixture.client.send({ type: 'start' })).toBe(true)
})
