// The terminals of runs in this page: their output as it arrives, and what is typed into them.

import type { ClientMessage, ServerMessageOf, TerminalSize } from './protocol'

export interface TerminalListener {
  /** replaces what was shown, at first and after a reconnect */
  reset: (output: string) => void
  append: (output: string) => void
}

interface TerminalOptions {
  send: (message: ClientMessage) => boolean
  /** the output of a run that the page has kept */
  outputOf: (runId: string) => string
  onNotice: (code: string) => void
}

export const FIRST_SIZE: TerminalSize = { rows: 24, cols: 80 }
const MAX_MESSAGE_BYTES = 4_096
const MAX_WAITING_UNITS = 64 * 1024
const SEND_INTERVAL_MS = 50 // between two messages of input, below the server's limit

export class Terminals {
  private readonly listeners = new Map<string, Set<TerminalListener>>()
  private readonly waiting = new Map<string, string>() // input that is not sent yet, by run
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: TerminalOptions) {}

  /** Passes the output of a run to the listener until the returned function is called. */
  subscribe(runId: string, listener: TerminalListener): () => void {
    const listeners = this.listeners.get(runId) ?? new Set()
    this.listeners.set(runId, listeners.add(listener))
    listener.reset(this.options.outputOf(runId))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.listeners.delete(runId)
    }
  }

  handleOutput({ runId, chunks }: ServerMessageOf<'run_output'>): void {
    const text = chunks.map((chunk) => chunk.text).join('')
    this.listeners.get(runId)?.forEach((listener) => listener.append(text))
  }

  handleWelcome(): void {
    this.listeners.forEach((listeners, runId) => listeners.forEach((listener) => listener.reset(this.options.outputOf(runId))))
  }

  /** Sends input at once, or together with what is typed in the next SEND_INTERVAL_MS. */
  type(runId: string, text: string): void {
    const input = (this.waiting.get(runId) ?? '') + text
    if (input.length > MAX_WAITING_UNITS) return this.options.onNotice('terminal.full')
    this.waiting.set(runId, input)
    if (this.timer === undefined) this.sendWaiting()
  }

  resize(runId: string, size: TerminalSize): void {
    this.options.send({ type: 'terminal_resize', runId, ...size })
  }

  close(): void {
    clearTimeout(this.timer)
    this.listeners.clear()
    this.waiting.clear()
  }

  private sendWaiting(): void {
    this.timer = undefined
    const next = this.waiting.entries().next()
    if (next.done) return
    const [runId, input] = next.value
    const text = takeBytes(input, MAX_MESSAGE_BYTES)
    if (!this.options.send({ type: 'terminal_input', runId, text })) {
      this.waiting.clear()
      return this.options.onNotice('offline')
    }
    this.waiting.delete(runId)
    if (text.length < input.length) this.waiting.set(runId, input.slice(text.length))
    this.timer = setTimeout(() => this.sendWaiting(), SEND_INTERVAL_MS)
  }
}

/** The start of a text that has at most `max` bytes in UTF-8, in whole characters. */
function takeBytes(text: string, max: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(max))
  return text.slice(0, read)
}
