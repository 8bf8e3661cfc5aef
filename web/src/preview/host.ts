// Shows pages in a frame with an origin of its own, and watches it. Each page has a new frame.

import type { Page } from './compose'
import { parseFrameMessage, type FrameMessage, type ReportedEntry } from './messages'

export interface ConsoleEntry extends ReportedEntry {
  id: number
}

/** `shown` as soon as the scripts of the page have run; the others are why there is no frame. */
export type PreviewState = 'idle' | 'loading' | 'shown' | 'stopped' | 'unresponsive' | 'flood' | 'interrupted' | 'failed'

export interface PreviewSnapshot {
  state: PreviewState
  entries: readonly ConsoleEntry[]
  /** entries that are not kept */
  dropped: number
}

export const MAX_ENTRIES = 500
const CHECK_INTERVAL_MS = 1_000
const MAX_UNANSWERED = 5 // checks
const MAX_MESSAGES = 500 // of a frame, between two checks
const FRAME_URL = '/preview-frame'

// The browser keeps it while the page of the room exists, so that the next one knows of a page that froze the browser.
const MARKER = 'huimian.preview.open'

export class PreviewHost {
  private snapshot: PreviewSnapshot = { state: 'idle', entries: [], dropped: 0 }
  private readonly listeners = new Set<() => void>()
  private frame: HTMLIFrameElement | undefined
  private port: MessagePort | undefined
  private page: Page | undefined
  private timer: ReturnType<typeof setInterval> | undefined
  private unanswered = 0
  private messages = 0
  private lastId = 0

  constructor(
    private readonly container: HTMLElement,
    private readonly title: string,
  ) {
    if (readMarker()) this.snapshot = { ...this.snapshot, state: 'interrupted' }
    window.addEventListener('message', this.handleWindowMessage)
    window.addEventListener('pagehide', clearMarker)
  }

  readonly getSnapshot = (): PreviewSnapshot => this.snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Whether the last page ended by itself or by its reader, so that it is not shown again unless its reader asks for it. */
  get isStopped(): boolean {
    return !['idle', 'loading', 'shown'].includes(this.snapshot.state)
  }

  show(page: Page): void {
    this.removeFrame()
    this.page = page
    this.update({ state: 'loading', entries: [], dropped: 0 })
    this.addEntries(page.missing.map((path) => ({ level: 'missing', text: path })))
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts allow-forms') // form-action of the frame's policy permits no target
    frame.title = this.title
    frame.src = FRAME_URL
    this.frame = frame
    setMarker()
    this.timer = setInterval(() => this.checkFrame(), CHECK_INTERVAL_MS)
    this.container.append(frame)
  }

  stop(state: PreviewState = 'stopped'): void {
    this.removeFrame()
    this.update({ state })
  }

  clearConsole(): void {
    this.update({ entries: [], dropped: 0 })
  }

  destroy(): void {
    this.removeFrame()
    window.removeEventListener('message', this.handleWindowMessage)
    window.removeEventListener('pagehide', clearMarker)
  }

  private removeFrame(): void {
    clearInterval(this.timer)
    this.port?.close()
    this.frame?.remove()
    this.frame = this.port = this.timer = undefined
    this.unanswered = this.messages = 0
    clearMarker()
  }

  /** The frame's document is ready, once. Everything else comes through the port, which the code of the page does not have. */
  private readonly handleWindowMessage = ({ source, data, ports }: MessageEvent): void => {
    if (!this.frame || source !== this.frame.contentWindow || !this.countMessage()) return
    const port = ports[0]
    if (this.port || !this.page || !port || (data as { type?: unknown } | null)?.type !== 'preview-ready') return
    this.port = port
    port.onmessage = (event) => this.countMessage() && this.handleMessage(parseFrameMessage(event.data))
    const { path, page, files } = this.page
    port.postMessage({ type: 'show', path, page, files })
  }

  private countMessage(): boolean {
    if (++this.messages <= MAX_MESSAGES) return true
    this.stop('flood')
    return false
  }

  private handleMessage(message: FrameMessage | undefined): void {
    switch (message?.type) {
      case 'pong':
        this.unanswered = 0
        return
      case 'shown':
        return this.update({ state: 'shown' })
      case 'console':
        this.addEntries(message.entries.map(({ path, line, ...entry }) => ({ ...entry, ...(this.hasFile(path) && { path, line }) })))
        if (message.dropped > 0) this.update({ dropped: this.snapshot.dropped + message.dropped })
    }
  }

  private hasFile(path: string | undefined): boolean {
    return path !== undefined && (path === this.page?.path || (this.page?.files.some((file) => file.path === path) ?? false))
  }

  private addEntries(entries: ReportedEntry[]): void {
    if (entries.length === 0) return
    const all = [...this.snapshot.entries, ...entries.map((entry) => ({ ...entry, id: ++this.lastId }))]
    const surplus = Math.max(0, all.length - MAX_ENTRIES)
    this.update({ entries: all.slice(surplus), dropped: this.snapshot.dropped + surplus })
  }

  // Checks are counted and not timed, because a browser delays those of a page that is hidden.
  private checkFrame(): void {
    this.messages = 0
    if (++this.unanswered > MAX_UNANSWERED) this.stop(this.port ? 'unresponsive' : 'failed')
    else this.port?.postMessage({ type: 'ping', id: this.unanswered })
  }

  private update(change: Partial<PreviewSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    this.listeners.forEach((listener) => listener())
  }
}

function readMarker(): boolean {
  try {
    return sessionStorage.getItem(MARKER) !== null
  } catch {
    return false
  }
}

function setMarker(): void {
  try {
    sessionStorage.setItem(MARKER, '1')
  } catch {
    // refused, or full
  }
}

function clearMarker(): void {
  try {
    sessionStorage.removeItem(MARKER)
  } catch {
    // refused
  }
}
