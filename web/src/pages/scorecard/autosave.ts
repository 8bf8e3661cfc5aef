import type { Scorecard, ScorecardDraft } from '@/api/types'
import { Problem } from '@/api/problem'

export type ScorecardContent = Omit<ScorecardDraft, 'version'>

/** saved: all input is stored. waiting: to be sent after the debounce. failed: retried automatically. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict' | 'refused'

export interface AutosaveSnapshot {
  state: SaveState
  version: number
  error: unknown
}

const DEBOUNCE_MS = 800
const RETRY_MS = 5000

/**
 * Saves a draft while it is edited: after a debounce, one request at a
 * time, always the latest content, based on the version that was loaded.
 * When a newer version was stored (mostly by the same user on another device),
 * it stops until overwrite is called.
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

  /** Schedules a save of the new content. */
  update(content: ScorecardContent): void {
    this.content = content
    if (this.snapshot.state === 'conflict') return
    if (this.snapshot.state !== 'saving') this.updateSnapshot({ state: 'waiting' })
    this.scheduleSave(DEBOUNCE_MS)
  }

  /** Saves pending content immediately. Resolves with the state after the request. */
  async flush(): Promise<AutosaveSnapshot> {
    clearTimeout(this.timer)
    while (this.running) await this.running
    if (this.content && this.snapshot.state !== 'conflict') await this.startSave()
    return this.snapshot
  }

  /** Resolves a conflict: saves the local content over the newer version. */
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
      this.updateSnapshot({ state: 'refused', error }) // a retry would be refused again
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
