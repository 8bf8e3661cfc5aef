// The one place that opens a WebSocket: connects, says hello, keeps watch over the line, and comes back
// when it breaks. What the messages mean is the business of others (room.ts, sync.ts).

import { PROTOCOL, SUBPROTOCOL, type ClientMessage, type Doc, type ServerMessage } from './protocol'
import { decode, encode } from './wire'

export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'refused'

/** Why the server does not let us in, or not again. `detail` is a sentence for people, if the server gave one. */
export interface Refusal {
  code: string
  detail?: string
}

/** The part of a WebSocket that is used here; tests put their own at this seam. */
export interface Socket {
  readonly bufferedAmount: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  send(frame: string): void
  close(code?: number): void
}

export interface ClientOptions {
  open: () => Socket
  /** Asks the server over HTTP why a socket did not open. Nothing means: try again. */
  ask: () => Promise<Refusal | undefined>
  /** The documents that we have and at which version, for a return. */
  documents: () => { doc: Doc; version: number }[]
  receive: (message: ServerMessage) => void
  changed: (state: ConnectionState, refusal?: Refusal) => void
  /** The line is down: whatever was on its way may be lost. */
  lost: () => void
  random?: () => number
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000
const OPENING_MS = 12_000 // from opening a socket to the welcome
const PING_EVERY_MS = 10_000
const SILENCE_MS = 25_000 // nothing heard for so long: the line is dead, whatever the browser believes
const NUDGE_MS = 4_000 // after sleep or a change of network the answer must come sooner
const STEADY_MS = 10_000 // a line that held so long starts the waits anew
const CROWDED_BYTES = 1 << 20 // messages that may be missed are not sent behind so many

// Closing codes of docs/room-protocol.md that need more than connecting again.
const CLOSE_TOO_BIG = 1009
const CLOSE_BROKEN = 4400
const CLOSE_FORBIDDEN = 4403
const CLOSE_ELSEWHERE = 4409
const CLOSE_TOO_MANY = 4429
const TOO_MANY_WAIT_MS = 5_000

export function openWebSocket(path: string): Socket {
  const url = new URL(path, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url, SUBPROTOCOL) as Socket
}

type Timer = ReturnType<typeof setTimeout>

export class RoomClient {
  state: ConnectionState = 'connecting'
  private socket: Socket | null = null
  private opened = false
  private welcomed = false
  private attempts = 0
  private liveSince = 0
  private finished = false
  private closed = false
  private retry: Timer | undefined
  private deadline: Timer | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined

  constructor(private readonly options: ClientOptions) {}

  start(): void {
    this.connect()
  }

  /** Leaves for good. */
  close(): void {
    this.closed = true
    this.drop(1000)
    clearTimeout(this.retry)
  }

  /** The room has ended: stay while the line holds, do not come back when it breaks. */
  finish(): void {
    this.finished = true
    if (this.state !== 'refused') this.become('ended')
  }

  /** False when there is no line to send on; nothing is kept. */
  send(message: ClientMessage): boolean {
    if (!this.socket || !this.welcomed) return false
    this.socket.send(encode(message))
    return true
  }

  /** For what may be missed, such as cursors: not sent when much is waiting already. */
  sendIfQuick(message: ClientMessage): boolean {
    if (!this.socket || this.socket.bufferedAmount > CROWDED_BYTES) return false
    return this.send(message)
  }

  /** The person came back, or the network did: do not wait for a timer to notice. */
  nudge(): void {
    if (this.retry !== undefined) return this.connect()
    if (this.send({ type: 'ping', t: Date.now() })) this.watch(NUDGE_MS)
  }

  /** Breaks the line and comes back at once: for a document that has to begin anew. */
  restart(): void {
    if (this.closed || this.state === 'refused') return
    this.drop()
    this.become('reconnecting')
    this.connect()
  }

  private connect(): void {
    clearTimeout(this.retry)
    this.retry = undefined
    const socket = this.options.open()
    this.socket = socket
    this.opened = false
    socket.onopen = () => {
      this.opened = true
      socket.send(encode({ type: 'hello', protocol: PROTOCOL, documents: this.options.documents() }))
    }
    socket.onmessage = (event) => this.hear(event.data)
    socket.onclose = (event) => this.lose(event.code)
    this.watch(OPENING_MS)
  }

  private hear(data: unknown): void {
    const decoded = decode(String(data))
    if (decoded.kind === 'broken') {
      this.refuse({ code: 'protocol', detail: decoded.why })
      return
    }
    if (this.welcomed) this.watch(SILENCE_MS)
    if (decoded.kind === 'unknown') return
    this.heed(decoded.message)
  }

  private heed(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        if (message.protocol !== PROTOCOL) return this.refuse({ code: 'protocol' })
        this.arrive()
        break
      case 'waiting':
        this.arrive()
        break
      case 'turned_away':
        this.refuse({ code: 'turned_away' })
        break
      case 'reconnect':
        this.options.receive(message)
        this.drop()
        this.comeBack(message.afterMs * (1 + this.random() / 2))
        return
    }
    this.options.receive(message)
  }

  private arrive(): void {
    if (this.welcomed) return // let in from the lobby on the same line
    this.welcomed = true
    this.liveSince = Date.now()
    this.watch(SILENCE_MS)
    this.become('live')
    this.heartbeat = setInterval(() => this.send({ type: 'ping', t: Date.now() }), PING_EVERY_MS)
  }

  // Any sign of life moves the deadline; when it passes, the browser is not waited for.
  private watch(ms: number): void {
    clearTimeout(this.deadline)
    this.deadline = setTimeout(() => {
      this.drop()
      this.comeBack(this.nextWait())
    }, ms)
  }

  private drop(code?: number): void {
    clearTimeout(this.deadline)
    clearInterval(this.heartbeat)
    const socket = this.socket
    this.socket = null
    this.opened = this.welcomed = false
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(code)
    this.options.lost()
  }

  private lose(code: number): void {
    const neverOpened = !this.opened
    this.drop()
    if (this.closed || this.state === 'refused') return
    if (this.finished) return
    if (code === CLOSE_BROKEN || code === CLOSE_TOO_BIG) return this.refuse({ code: 'protocol' })
    if (code === CLOSE_ELSEWHERE) return this.refuse({ code: 'elsewhere' })
    if (code === CLOSE_TOO_MANY) return this.comeBack(TOO_MANY_WAIT_MS)
    if (code === CLOSE_FORBIDDEN || neverOpened) return this.inquire()
    this.comeBack(this.nextWait())
  }

  // A socket that the server refused tells a browser nothing; the HTTP answer does.
  private inquire(): void {
    const wait = this.nextWait()
    this.comeBack(wait)
    this.options.ask().then(
      (refusal) => {
        if (refusal && !this.closed && !this.welcomed) this.refuse(refusal)
      },
      () => undefined, // no network at all: the next attempt is planned already
    )
  }

  private comeBack(afterMs: number): void {
    if (this.finished) return
    if (this.state !== 'connecting' || this.attempts > 1) this.become('reconnecting')
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.connect(), afterMs)
  }

  // Half of the wait is chance, so that a room full of people does not return in one moment.
  private nextWait(): number {
    if (this.liveSince > 0 && Date.now() - this.liveSince > STEADY_MS) this.attempts = 0
    this.liveSince = 0
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts)
    this.attempts++
    return wait * (0.5 + this.random() / 2)
  }

  private refuse(refusal: Refusal): void {
    this.drop(1000)
    clearTimeout(this.retry)
    this.become('refused', refusal)
  }

  private become(next: ConnectionState, refusal?: Refusal): void {
    const state = this.finished && next !== 'refused' ? 'ended' : next
    if (this.state === state) return
    this.state = state
    this.options.changed(state, refusal)
  }

  private random(): number {
    return (this.options.random ?? Math.random)()
  }
}
