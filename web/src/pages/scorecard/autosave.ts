import type { Scorecard, ScorecardDraft } from '@/api/types'
import { Problem } from '@/api/problem'

export type ScorecardContent = Omit<ScorecardDraft, 'version'>

/** saved: the server has all. waiting: typed and about to be sent. failed: tried again by itself. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict' | 'refused'

export interface AutosaveSnapshot {
  state: SaveState
  version: number
  error: unknown
}

const DEBOUNCE_MS = 800
const RETRY_MS = 5000

/**
 * Stores a draft while it is written: after a short silence, one request at a
 * time, always the newest content, and on top of the version it was made from.
 * When somebody (mostly the same person on another device) stored a newer one,
 * it stops until it is told which of the two shall stand.
 */
export class Autosave {
  private content: ScorecardContent | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | null = null
  private listeners = new Set<() => void>()
  private snapshot: AutosaveSnapshot
  private readonly save: (draft: ScorecardDraft) => Promise<Scorecard>

  constructor(version: number, save: (draft: ScorecardDraft) => Promise<Scorecard>) {
    this.save = save
    this.snapshot = { state: 'saved', version, error: undefined }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  getSnapshot = (): AutosaveSnapshot => this.snapshot

  /** The draft is now this. */
  update(content: ScorecardContent): void {
    this.content = content
    if (this.snapshot.state === 'conflict') return
    if (this.snapshot.state !== 'saving') this.updateSnapshot({ state: 'waiting' })
    this.scheduleSave(DEBOUNCE_MS)
  }

  /** Sends at once what was not sent; resolves when nothing is left, or something is in the way. */
  async flush(): Promise<AutosaveSnapshot> {
    clearTimeout(this.timer)
    while (this.running) await this.running
    if (this.content && this.snapshot.state !== 'conflict') await this.startSave()
    return this.snapshot
  }

  /** After a conflict: mine shall stand, on top of the newer version. */
  async overwrite(version: number): Promise<void> {
    this.updateSnapshot({ state: 'waiting', version })
    await this.flush()
  }

  private scheduleSave(milliseconds: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (this.running) this.scheduleSave(DEBOUNCE_MS)
      else void this.startSave()
    }, milliseconds)
  }

  private startSave(): Promise<void> {
    this.running = this.saveContent().finally(() => {
      this.running = null
    })
    return this.running
  }

  private async saveContent(): Promise<void> {
    const content = this.content
    if (!content) return
    this.content = null
    this.updateSnapshot({ state: 'saving' })
    try {
      const stored = await this.save({ ...content, version: this.snapshot.version })
      this.updateSnapshot({ state: this.content ? 'waiting' : 'saved', version: stored.version, error: undefined })
    } catch (error) {
      this.content ??= content
      this.handleSaveError(error)
    }
  }

  private handleSaveError(error: unknown): void {
    if (error instanceof Problem && error.status === 409) {
      this.updateSnapshot({ state: 'conflict', error })
    } else if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 401) {
      this.updateSnapshot({ state: 'refused', error }) // the same again would be refused again
    } else {
      this.updateSnapshot({ state: 'failed', error })
      this.scheduleSave(RETRY_MS)
    }
  }

  private updateSnapshot(change: Partial<AutosaveSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    for (const listener of this.listeners) listener()
  }
}
