import type { Scorecard, ScorecardDraft } from '@/api/types'
import { Problem } from '@/api/problem'

export type Content = Omit<ScorecardDraft, 'version'>

/** saved: the server has all. waiting: typed and about to be sent. failed: tried again by itself. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict' | 'refused'

export interface Snapshot {
  state: SaveState
  version: number
  error: unknown
}

const quiet = 800
const again = 5000

/**
 * Stores a draft while it is written: after a short silence, one request at a
 * time, always the newest content, and on top of the version it was made from.
 * When somebody (mostly the same person on another device) stored a newer one,
 * it stops until it is told which of the two shall stand.
 */
export class Autosave {
  private content: Content | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | null = null
  private listeners = new Set<() => void>()
  private snapshot: Snapshot
  private readonly save: (draft: ScorecardDraft) => Promise<Scorecard>

  constructor(version: number, save: (draft: ScorecardDraft) => Promise<Scorecard>) {
    this.save = save
    this.snapshot = { state: 'saved', version, error: undefined }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  current = (): Snapshot => this.snapshot

  /** The draft is now this. */
  write(content: Content): void {
    this.content = content
    if (this.snapshot.state === 'conflict') return
    if (this.snapshot.state !== 'saving') this.tell({ state: 'waiting' })
    this.later(quiet)
  }

  /** Sends at once what was not sent; resolves when nothing is left, or something is in the way. */
  async flush(): Promise<Snapshot> {
    clearTimeout(this.timer)
    while (this.running) await this.running
    if (this.content && this.snapshot.state !== 'conflict') await this.send()
    return this.snapshot
  }

  /** After a conflict: mine shall stand, on top of the newer version. */
  async overwrite(version: number): Promise<void> {
    this.tell({ state: 'waiting', version })
    await this.flush()
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (this.running) this.later(quiet)
      else void this.send()
    }, milliseconds)
  }

  private send(): Promise<void> {
    this.running = this.attempt().finally(() => {
      this.running = null
    })
    return this.running
  }

  private async attempt(): Promise<void> {
    const content = this.content
    if (!content) return
    this.content = null
    this.tell({ state: 'saving' })
    try {
      const stored = await this.save({ ...content, version: this.snapshot.version })
      this.tell({ state: this.content ? 'waiting' : 'saved', version: stored.version, error: undefined })
    } catch (error) {
      this.content ??= content
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    if (error instanceof Problem && error.status === 409) {
      this.tell({ state: 'conflict', error })
    } else if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 401) {
      this.tell({ state: 'refused', error }) // the same again would be refused again
    } else {
      this.tell({ state: 'failed', error })
      this.later(again)
    }
  }

  private tell(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    for (const listener of this.listeners) listener()
  }
}
