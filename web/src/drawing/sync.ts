// The drawing of a room in this page: merges the elements of the server, and sends those that were changed here.

import { isNewer, isSameVersion, sortVisible, type DrawingElement, type VisibleElement } from './element'

export interface DrawingState {
  seq: number
  elements: DrawingElement[]
  /** only what has changed since the seq of the hello */
  resume?: boolean
}

export interface DrawingUpdate {
  seq: number
  by: string
  elements: DrawingElement[]
}

export interface DrawingSnapshot {
  /** the visible elements from back to front */
  elements: readonly VisibleElement[]
  /** number of elements that others have changed since the drawing was shown last */
  unseen: number
}

interface Options {
  send: (message: { type: 'drawing'; elements: DrawingElement[]; ref: string }) => boolean
  createRef: () => string
  onNotice: (code: string) => void
  onUnsavedChange: () => void
}

/** Called with the ids that the server has changed, or null when any may have changed, also to an older version. */
export type DrawingListener = (changed: ReadonlySet<string> | null) => void

const SEND_INTERVAL_MS = 150 // between two messages, below the server's limit of 10 a second
const SEND_BYTES_PER_MS = 32 // larger messages are followed by a longer pause
const MAX_SENT = 200 // elements of a message
const MAX_SENT_BYTES = 192 * 1024
const RETRY_MS = 1_000

export class DrawingSync {
  /** the newest version of each element that this page has */
  private readonly local = new Map<string, DrawingElement>()
  /** the newest version of each element that the server has sent or confirmed */
  private readonly stored = new Map<string, DrawingElement>()
  /** ids of elements whose local version is not confirmed */
  private readonly unsaved = new Set<string>()
  private readonly unseen = new Set<string>()
  private inFlight: { ref: string; elements: DrawingElement[] } | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private sendAt = 0
  private seq = 0
  private isShown = false
  private snapshot: DrawingSnapshot | undefined
  private readonly listeners = new Set<DrawingListener>()
  private readonly snapshotListeners = new Set<() => void>()

  constructor(private readonly options: Options) {}

  get unsavedCount(): number {
    return this.unsaved.size
  }

  /** All elements, with those that were deleted. */
  get elements(): IterableIterator<DrawingElement> {
    return this.local.values()
  }

  get(id: string): DrawingElement | undefined {
    return this.local.get(id)
  }

  /** The seq from which the server continues after a reconnect. */
  resumePoint(): number {
    return this.seq
  }

  readonly getSnapshot = (): DrawingSnapshot => (this.snapshot ??= { elements: sortVisible(this.local.values()), unseen: this.unseen.size })

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.snapshotListeners.add(listener)
    return () => this.snapshotListeners.delete(listener)
  }

  onRemoteChange(listener: DrawingListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  setShown(isShown: boolean): void {
    this.isShown = isShown
    if (!isShown || this.unseen.size === 0) return
    this.unseen.clear()
    this.publishSnapshot()
  }

  /** Takes versions that the editor has made, and sends them. */
  change(elements: readonly DrawingElement[]): void {
    const newer = elements.filter((element) => isNewer(element, this.local.get(element.id)))
    if (newer.length === 0) return
    for (const element of newer) {
      this.local.set(element.id, element)
      // An element that was created and deleted before it was sent is not sent.
      if (element.isDeleted && !this.stored.has(element.id) && !this.isInFlight(element.id)) this.unsaved.delete(element.id)
      else this.unsaved.add(element.id)
    }
    this.publishSnapshot()
    this.options.onUnsavedChange()
    this.schedule()
  }

  handleWelcome(state: DrawingState | undefined): void {
    const { seq, elements, resume } = state ?? { seq: 0, elements: [] }
    this.inFlight = undefined
    this.sendAt = 0
    this.seq = seq
    if (resume) this.merge(elements)
    else this.replaceStored(elements)
    this.schedule()
  }

  handleUpdate({ seq, elements }: DrawingUpdate, isOwn: boolean): void {
    this.seq = Math.max(this.seq, seq)
    if (!isOwn && !this.isShown) for (const { id } of elements) this.unseen.add(id)
    this.merge(elements)
  }

  /** `elements` are newer versions of those that were sent. */
  handleAck({ ref, elements = [] }: { ref: string; elements?: DrawingElement[] }): void {
    const sent = this.takeInFlight(ref)
    if (!sent) return
    const isSuperseded = new Set(elements.map(({ id }) => id))
    this.merge([...sent.filter(({ id }) => !isSuperseded.has(id)), ...elements])
    this.schedule()
  }

  /** Returns whether the error answers an update of the drawing. */
  handleFailure({ ref, code, retryAfterMs }: { ref?: string; code: string; retryAfterMs?: number }): boolean {
    const sent = ref === undefined ? undefined : this.takeInFlight(ref)
    if (!sent) return false
    if (code === 'rate' || code === 'busy') {
      this.sendAt = performance.now() + (retryAfterMs ?? RETRY_MS)
    } else {
      this.revert(sent)
      this.options.onNotice(code)
    }
    this.schedule()
    return true
  }

  handleDisconnect(): void {
    this.inFlight = undefined
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** Returns when the server has stored everything. */
  async whenStored(): Promise<void> {
    while (this.unsaved.size > 0) {
      await new Promise<void>((resolve) => {
        const unsubscribe = this.subscribe(() => {
          unsubscribe()
          resolve()
        })
      })
    }
  }

  destroy(): void {
    this.handleDisconnect()
    this.listeners.clear()
    this.snapshotListeners.clear()
  }

  private isInFlight(id: string): boolean {
    return this.inFlight?.elements.some((element) => element.id === id) ?? false
  }

  private takeInFlight(ref: string): DrawingElement[] | undefined {
    if (this.inFlight?.ref !== ref) return undefined
    const { elements } = this.inFlight
    this.inFlight = undefined
    return elements
  }

  // The server is never behind what it sends: of equal versions its one counts.
  private merge(elements: readonly DrawingElement[]): void {
    const changed = new Set<string>()
    for (const element of elements) {
      const { id } = element
      if (!isNewer(this.stored.get(id) ?? element, element)) this.stored.set(id, element)
      const local = this.local.get(id)
      if (local && isNewer(local, element)) continue
      this.unsaved.delete(id)
      if (local && isSameVersion(local, element)) continue
      this.local.set(id, element)
      changed.add(id)
    }
    this.publishSnapshot()
    this.options.onUnsavedChange()
    if (changed.size > 0) this.listeners.forEach((listener) => listener(changed))
  }

  // The whole drawing without what was deleted: elements that the server had are gone.
  private replaceStored(elements: readonly DrawingElement[]): void {
    const known = new Set(elements.map(({ id }) => id))
    this.stored.clear()
    for (const id of [...this.local.keys()]) if (!known.has(id) && !this.unsaved.has(id)) this.local.delete(id)
    for (const element of elements) {
      const local = this.local.get(element.id)
      if (local && isNewer(local, element)) this.unsaved.add(element.id) // the server has an older backup
    }
    this.merge(elements)
    this.listeners.forEach((listener) => listener(null))
  }

  // The server has refused these versions: its own ones are shown again.
  private revert(elements: readonly DrawingElement[]): void {
    for (const { id } of elements) {
      const stored = this.stored.get(id)
      if (stored) this.local.set(id, stored)
      else this.local.delete(id)
      this.unsaved.delete(id)
    }
    this.publishSnapshot()
    this.options.onUnsavedChange()
    this.listeners.forEach((listener) => listener(null))
  }

  private publishSnapshot(): void {
    this.snapshot = undefined
    this.snapshotListeners.forEach((listener) => listener())
  }

  private schedule(): void {
    if (this.timer !== undefined || this.inFlight || this.unsaved.size === 0) return
    this.timer = setTimeout(() => this.sendUnsaved(), Math.max(0, this.sendAt - performance.now()))
  }

  private sendUnsaved(): void {
    this.timer = undefined
    const elements: DrawingElement[] = []
    let bytes = 0
    for (const id of this.unsaved) {
      const element = this.local.get(id)
      if (!element) continue
      const size = JSON.stringify(element).length
      if (elements.length > 0 && (elements.length >= MAX_SENT || bytes + size > MAX_SENT_BYTES)) break
      elements.push(element)
      bytes += size
    }
    const ref = this.options.createRef()
    if (elements.length === 0 || !this.options.send({ type: 'drawing', elements, ref })) return // the welcome of the next connection continues
    this.inFlight = { ref, elements }
    this.sendAt = performance.now() + Math.max(SEND_INTERVAL_MS, bytes / SEND_BYTES_PER_MS)
  }
}
