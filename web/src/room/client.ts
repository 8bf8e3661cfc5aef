// The one place that opens a WebSocket: connects, says hello, keeps watch over the line, and comes back
// when it breaks. What the messages mean is the business of others (room.ts, sync.ts).

import { PROTOCOL, SUBPROTOCOL, type ClientMessage, type DocumentName, type ServerMessage } from './protocol'
import { decodeFrame, encodeMessage } from './codec'

export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'refused'

/** Why the server does not let us in, or not again. `detail` is a sentence for people, if the server gave one. */
export interface ConnectionError {
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
  createSocket: () => Socket
  /** Asks the server over HTTP why a socket did not open. Nothing means: try again. */
  checkAccess: () => Promise<ConnectionError | undefined>
  /** The documents that we have and at which version, for a return. */
  documentVersions: () => { doc: DocumentName; version: number }[]
  onMessage: (message: ServerMessage) => void
  onStateChange: (state: ConnectionState, error?: ConnectionError) => void
  /** The line is down: whatever was on its way may be lost. */
  onDisconnect: () => void
  random?: () => number
}

const INITIAL_BACKOFF_MS = 500
const MAX_BACKOFF_MS = 15_000
const CONNECT_TIMEOUT_MS = 12_000 // from opening a socket to the welcome
const PING_INTERVAL_MS = 10_000
const RECEIVE_TIMEOUT_MS = 25_000 // nothing heard for so long: the line is dead, whatever the browser believes
const PROBE_TIMEOUT_MS = 4_000 // after sleep or a change of network the answer must come sooner
const BACKOFF_RESET_MS = 10_000 // a line that held so long starts the waits anew
const MAX_BUFFERED_BYTES = 1 << 20 // messages that may be missed are not sent behind so many

// Closing codes of docs/room-protocol.md that need more than connecting again.
const CLOSE_MESSAGE_TOO_BIG = 1009
const CLOSE_PROTOCOL_ERROR = 4400
const CLOSE_FORBIDDEN = 4403
const CLOSE_TOO_MANY_SOCKETS = 4409
const CLOSE_RATE_LIMITED = 4429
const RATE_LIMIT_BACKOFF_MS = 5_000

export function openWebSocket(path: string): Socket {
  const url = new URL(path, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url, SUBPROTOCOL) as Socket
}

type Timer = ReturnType<typeof setTimeout>

export class RoomClient {
  state: ConnectionState = 'connecting'
  private socket: Socket | null = null
  private socketOpened = false
  private joined = false
  private attempts = 0
  private liveSince = 0
  private roomEnded = false
  private closed = false
  private reconnectTimer: Timer | undefined
  private timeoutTimer: Timer | undefined
  private pingTimer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly options: ClientOptions) {}

  start(): void {
    this.openSocket()
  }

  /** Leaves for good. */
  close(): void {
    this.closed = true
    this.closeSocket(1000)
    clearTimeout(this.reconnectTimer)
  }

  /** The room has ended: stay while the line holds, do not come back when it breaks. */
  markRoomEnded(): void {
    this.roomEnded = true
    if (this.state !== 'refused') this.setState('ended')
  }

  /** False when there is no line to send on; nothing is kept. */
  send(message: ClientMessage): boolean {
    if (!this.socket || !this.joined) return false
    this.socket.send(encodeMessage(message))
    return true
  }

  /** For what may be missed, such as cursors: not sent when much is waiting already. */
  sendVolatile(message: ClientMessage): boolean {
    if (!this.socket || this.socket.bufferedAmount > MAX_BUFFERED_BYTES) return false
    return this.send(message)
  }

  /** The person came back, or the network did: do not wait for a timer to notice. */
  checkConnection(): void {
    if (this.reconnectTimer !== undefined) return this.openSocket()
    if (this.send({ type: 'ping', t: Date.now() })) this.resetTimeout(PROBE_TIMEOUT_MS)
  }

  /** Breaks the line and comes back at once: for a document that has to begin anew. */
  reconnect(): void {
    if (this.closed || this.state === 'refused') return
    this.closeSocket()
    this.setState('reconnecting')
    this.openSocket()
  }

  private openSocket(): void {
    clearTimeout(this.reconnectTimer)
    this.reconnectTimer = undefined
    const socket = this.options.createSocket()
    this.socket = socket
    this.socketOpened = false
    socket.onopen = () => {
      this.socketOpened = true
      socket.send(encodeMessage({ type: 'hello', protocol: PROTOCOL, documents: this.options.documentVersions() }))
    }
    socket.onmessage = (event) => this.handleFrame(event.data)
    socket.onclose = (event) => this.handleClose(event.code)
    this.resetTimeout(CONNECT_TIMEOUT_MS)
  }

  private handleFrame(data: unknown): void {
    const decoded = decodeFrame(String(data))
    if (decoded.kind === 'broken') {
      this.rejectConnection({ code: 'protocol', detail: decoded.reason })
      return
    }
    if (this.joined) this.resetTimeout(RECEIVE_TIMEOUT_MS)
    if (decoded.kind === 'unknown') return
    this.handleMessage(decoded.message)
  }

  private handleMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        if (message.protocol !== PROTOCOL) return this.rejectConnection({ code: 'protocol' })
        this.handleJoined()
        break
      case 'waiting':
        this.handleJoined()
        break
      case 'turned_away':
        this.rejectConnection({ code: 'turned_away' })
        break
      case 'reconnect':
        this.options.onMessage(message)
        this.closeSocket()
        this.scheduleReconnect(message.afterMs * (1 + this.randomFraction() / 2))
        return
    }
    this.options.onMessage(message)
  }

  private handleJoined(): void {
    if (this.joined) return // let in from the lobby on the same line
    this.joined = true
    this.liveSince = Date.now()
    this.resetTimeout(RECEIVE_TIMEOUT_MS)
    this.setState('live')
    this.pingTimer = setInterval(() => this.send({ type: 'ping', t: Date.now() }), PING_INTERVAL_MS)
  }

  // Any sign of life moves the deadline; when it passes, the browser is not waited for.
  private resetTimeout(ms: number): void {
    clearTimeout(this.timeoutTimer)
    this.timeoutTimer = setTimeout(() => {
      this.closeSocket()
      this.scheduleReconnect(this.nextBackoffMs())
    }, ms)
  }

  private closeSocket(code?: number): void {
    clearTimeout(this.timeoutTimer)
    clearInterval(this.pingTimer)
    const socket = this.socket
    this.socket = null
    this.socketOpened = this.joined = false
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(code)
    this.options.onDisconnect()
  }

  private handleClose(code: number): void {
    const neverOpened = !this.socketOpened
    this.closeSocket()
    if (this.closed || this.state === 'refused') return
    if (this.roomEnded) return
    if (code === CLOSE_PROTOCOL_ERROR || code === CLOSE_MESSAGE_TOO_BIG) return this.rejectConnection({ code: 'protocol' })
    if (code === CLOSE_TOO_MANY_SOCKETS) return this.rejectConnection({ code: 'elsewhere' })
    if (code === CLOSE_RATE_LIMITED) return this.scheduleReconnect(RATE_LIMIT_BACKOFF_MS)
    if (code === CLOSE_FORBIDDEN || neverOpened) return this.checkAccessAndReconnect()
    this.scheduleReconnect(this.nextBackoffMs())
  }

  // A socket that the server refused tells a browser nothing; the HTTP answer does.
  private checkAccessAndReconnect(): void {
    const backoff = this.nextBackoffMs()
    this.scheduleReconnect(backoff)
    this.options.checkAccess().then(
      (connectionError) => {
        if (connectionError && !this.closed && !this.joined) this.rejectConnection(connectionError)
      },
      () => undefined, // no network at all: the next attempt is planned already
    )
  }

  private scheduleReconnect(afterMs: number): void {
    if (this.roomEnded) return
    if (this.state !== 'connecting' || this.attempts > 1) this.setState('reconnecting')
    clearTimeout(this.reconnectTimer)
    this.reconnectTimer = setTimeout(() => this.openSocket(), afterMs)
  }

  // Half of the wait is chance, so that a room full of people does not return in one moment.
  private nextBackoffMs(): number {
    if (this.liveSince > 0 && Date.now() - this.liveSince > BACKOFF_RESET_MS) this.attempts = 0
    this.liveSince = 0
    const backoff = Math.min(MAX_BACKOFF_MS, INITIAL_BACKOFF_MS * 2 ** this.attempts)
    this.attempts++
    return backoff * (0.5 + this.randomFraction() / 2)
  }

  private rejectConnection(connectionError: ConnectionError): void {
    this.closeSocket(1000)
    clearTimeout(this.reconnectTimer)
    this.setState('refused', connectionError)
  }

  private setState(next: ConnectionState, connectionError?: ConnectionError): void {
    const state = this.roomEnded && next !== 'refused' ? 'ended' : next
    if (this.state === state) return
    this.state = state
    this.options.onStateChange(state, connectionError)
  }

  private randomFraction(): number {
    return (this.options.random ?? Math.random)()
  }
}
