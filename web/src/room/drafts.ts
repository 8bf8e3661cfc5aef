// Edits that the server has not stored yet, kept in the browser: a page can end without an event, as in a
// web view that the system stops. The next page of the participant sends them.

import { createStore, del, entries, set, type UseStore } from 'idb-keyval'
import { randomId } from './editor'
import type { DocumentName } from './protocol'
import type { Draft } from './sync'

const DATABASE = 'huimian-drafts'
const SAVE_DELAY_MS = 250
const MAX_AGE_MS = 7 * 24 * 3_600_000

/** Identifies the documents of a participant in a room. */
export interface DraftOwner {
  roomId: string
  participantId: string
}

/** Its key is `<id of the page>/<doc>`. The page that has written it holds a lock of its id while it is open. */
interface StoredDraft extends DraftOwner {
  doc: DocumentName
  /** milliseconds since 1970 */
  savedAt: number
  draft: Draft
}

export interface ClaimedDraft {
  doc: DocumentName
  draft: Draft
}

/**
 * The drafts of one page. It needs IndexedDB and Web Locks, which browsers offer in secure contexts; without
 * them, nothing is kept.
 */
export class DraftStore {
  private readonly database: UseStore
  private readonly pageId = randomId()
  private readonly keys = new Map<DocumentName, string>() // of the drafts in the database
  private readonly timers = new Map<DocumentName, ReturnType<typeof setTimeout>>()
  private readonly released = new AbortController()
  private writes: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly owner: DraftOwner,
    private readonly now: () => number,
  ) {
    this.database = createStore(DATABASE, 'drafts')
    void this.lock(this.pageId)
  }

  static open(owner: DraftOwner, now: () => number): DraftStore | undefined {
    const isSupported = typeof indexedDB !== 'undefined' && typeof navigator.locks !== 'undefined'
    return isSupported ? new DraftStore(owner, now) : undefined
  }

  /** Takes over the drafts of pages that have ended: the newest of each document. */
  async claim(): Promise<ClaimedDraft[]> {
    const stored = (await entries<string, StoredDraft>(this.database)).sort(([, a], [, b]) => b.savedAt - a.savedAt)
    const claimed: ClaimedDraft[] = []
    for (const [key, { roomId, participantId, doc, savedAt, draft }] of stored) {
      const pageId = key.slice(0, -doc.length - 1)
      if (savedAt < this.now() - MAX_AGE_MS) await del(key, this.database)
      else if (roomId === this.owner.roomId && participantId === this.owner.participantId && !this.keys.has(doc) && (await this.lock(pageId))) {
        this.keys.set(doc, key)
        claimed.push({ doc, draft })
      }
    }
    return claimed
  }

  /** Saves the draft of a document soon; without a draft, deletes the saved one. */
  schedule(doc: DocumentName, takeDraft: () => Draft | undefined): void {
    if (this.timers.has(doc)) return
    this.timers.set(doc, setTimeout(() => this.save(doc, takeDraft()), SAVE_DELAY_MS))
  }

  /** Saves the draft of a document now: the page may end. */
  save(doc: DocumentName, draft: Draft | undefined): void {
    clearTimeout(this.timers.get(doc))
    this.timers.delete(doc)
    const known = this.keys.get(doc)
    if (!draft) {
      if (known) this.write(() => del(known, this.database))
      this.keys.delete(doc)
      return
    }
    const key = known ?? `${this.pageId}/${doc}`
    this.keys.set(doc, key)
    const stored: StoredDraft = { ...this.owner, doc, savedAt: this.now(), draft }
    this.write(() => set(key, stored, this.database))
  }

  /** Releases the locks: other pages may take over what is saved. */
  async release(): Promise<void> {
    this.timers.forEach(clearTimeout)
    await this.writes
    this.released.abort()
  }

  // A full disk or a private window: the edits are still sent when the connection returns.
  private write(operation: () => Promise<void>): void {
    this.writes = this.writes.then(operation).catch(() => undefined)
  }

  /** Whether this page holds the lock from now on, until it is released or the page ends. */
  private lock(pageId: string): Promise<boolean> {
    return new Promise((resolve) => {
      void navigator.locks
        .request(`${DATABASE}/${pageId}`, { ifAvailable: true }, (lock) => {
          resolve(lock !== null)
          if (lock && !this.released.signal.aborted) return new Promise((done) => this.released.signal.addEventListener('abort', done))
        })
        .catch(() => resolve(false))
    })
  }
}
