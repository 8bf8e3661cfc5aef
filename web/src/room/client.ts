// The only place that opens a WebSocket: connects, sends hello, detects dead connections and reconnects
// with backoff. Messages are handled in session.ts and sync.ts.

import { PROTOCOL, SUBPROTOCOL, type ClientMessage, type DocumentName, type ServerMessage } from './protocol'
import { decodeFrame, encodeMessage } from './codec'

export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'refused'

/** Why the server refuses the connection. `detail` is the server's message for the user, if any. */
export interface ConnectionError {
  code: string
  detail?: string
}

/** The subset of WebSocket that is used here; tests provide a fake. */
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
  /** Requests over HTTP why a socket did not open. Undefined means: retry. */
  checkAccess: () => Promise<ConnectionError | undefined>
  /** The local documents and their versions, for resuming. */
  documentVersions: () => { doc: DocumentName; version: number }[]
  /** The seq of the last change of the drawing that was received, for resuming; 0 before the first. */
  drawingSeq?: () => number
  onMessage: (message: ServerMessage) => void
  onStateChange: (state: ConnectionState, error?: ConnectionError) => void
  /** Called when the connection is closed: messages in flight may be lost. */
  onDisconnect: () => void
  random?: () => number
}

const INITIAL_BACKOFF_MS = 500
const MAX_BACKOFF_MS = 15_000
const CONNECT_TIMEOUT_MS = 12_000 // from opening the socket to the welcome message
const PING_INTERVAL_MS = 5_000
const RECEIVE_TIMEOUT_MS = 8_000 // no message for this long: the connection is probed, even if the browser still reports it open
const PROBE_TIMEOUT_MS = 4_000 // no answer to a probe for this long: the connection is dead
const BACKOFF_RESET_MS = 10_000 // a connection that lasted this long resets the backoff
const MAX_BUFFERED_BYTES = 1 << 20 // volatile messages are dropped above this

// Close codes of docs/room-protocol.md that need more than a reconnect.
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

  /** Closes the connection without reconnecting. */
  close(): void {
    this.closed = true
    this.closeSocket(1000)
    clearTimeout(this.reconnectTimer)
  }

  /** Keeps the current connection for reading, but does not reconnect when it is lost. */
  markRoomEnded(): void {
    this.roomEnded = true
    if (this.state !== 'refused') this.setState('ended')
  }

  /** The room was reopened. */
  markRoomOpen(): void {
    if (!this.roomEnded) return
    this.roomEnded = false
    if (this.joined) this.setState('live')
  }

  /** Returns false when not connected; the message is not queued. */
  send(message: ClientMessage): boolean {
    if (!this.socket || !this.joined) return false
    this.socket.send(encodeMessage(message))
    return true
  }

  /** Sends a message that may be dropped, such as a cursor: dropped while the send buffer is over MAX_BUFFERED_BYTES. */
  sendVolatile(message: ClientMessage): boolean {
    if (!this.socket || this.socket.bufferedAmount > MAX_BUFFERED_BYTES) return false
    return this.send(message)
  }

  /** Reconnects immediately, or probes the connection with a short timeout. */
  checkConnection(): void {
    if (this.reconnectTimer !== undefined) return this.openSocket()
    if (this.sendPing()) this.closeAfter(PROBE_TIMEOUT_MS)
  }

  /** Closes the connection and reconnects immediately, for a document that needs its full text. */
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
      socket.send(encodeMessage({ type: 'hello', protocol: PROTOCOL, documents: this.options.documentVersions(), drawing: this.options.drawingSeq?.() || undefined }))
    }
    socket.onmessage = (event) => this.handleFrame(event.data)
    socket.onclose = (event) => this.handleClose(event.code)
    this.closeAfter(CONNECT_TIMEOUT_MS)
  }

  private handleFrame(data: unknown): void {
    const decoded = decodeFrame(String(data))
    if (decoded.kind === 'broken') {
      this.rejectConnection({ code: 'protocol', detail: decoded.reason })
      return
    }
    if (this.joined) this.probeAfter(RECEIVE_TIMEOUT_MS)
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
    if (this.joined) return // admitted from the lobby on the same connection
    this.joined = true
    this.liveSince = performance.now()
    this.probeAfter(RECEIVE_TIMEOUT_MS)
    this.setState('live')
    this.pingTimer = setInterval(() => this.sendPing(), PING_INTERVAL_MS)
  }

  private sendPing(): boolean {
    return this.send({ type: 'ping', t: Math.round(performance.now()) })
  }

  // Every received message restarts the timeout. Browsers delay the pings of a hidden page to one a
  // minute, so that silence alone does not mean that the connection is dead.
  private probeAfter(ms: number): void {
    clearTimeout(this.timeoutTimer)
    this.timeoutTimer = setTimeout(() => this.checkConnection(), ms)
  }

  // The socket is replaced without waiting for the browser's close event.
  private closeAfter(ms: number): void {
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

  // The browser does not expose why an upgrade failed; the HTTP response does.
  private checkAccessAndReconnect(): void {
    const backoff = this.nextBackoffMs()
    this.scheduleReconnect(backoff)
    this.options.checkAccess().then(
      (connectionError) => {
        if (connectionError && !this.closed && !this.joined) this.rejectConnection(connectionError)
      },
      () => undefined, // network error: the reconnect is already scheduled
    )
  }

  private scheduleReconnect(afterMs: number): void {
    if (this.roomEnded) return
    if (this.state !== 'connecting' || this.attempts > 1) this.setState('reconnecting')
    clearTimeout(this.reconnectTimer)
    this.reconnectTimer = setTimeout(() => this.openSocket(), afterMs)
  }

  // Jitter of up to half the backoff, so that the clients of a room do not reconnect at the same moment.
  private nextBackoffMs(): number {
    if (this.liveSince > 0 && performance.now() - this.liveSince > BACKOFF_RESET_MS) this.attempts = 0
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
