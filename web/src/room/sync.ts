// Keeps one document in step with the authority on the server.
//
// Promise: an edit that was made here is in the server's history exactly once, whatever happens to the
// line, or the person is told that it was not taken (`dropped`). How:
//  - one push at a time; its bytes are kept and sent again, unchanged, until the server has answered;
//  - after a return the server's history comes first: own updates found in it are confirmed, not pushed again;
//  - updates are taken one by one, as the server does when it rebases. Mapping over a composition of two
//    updates can give another text than mapping over one and then the other.

import { getClientID, getSyncedVersion, receiveUpdates, sendableUpdates } from '@codemirror/collab'
import { ChangeSet, StateEffect, Transaction, type ChangeDesc, type EditorState } from '@codemirror/state'
import { takeFittingUpdates } from './pushSize'
import type {
  Ack,
  Changes,
  ClientMessage,
  DocumentName,
  DocumentState,
  Failure,
  Limits,
  Push,
  Range,
  Resync,
  SentUpdate,
  StoredUpdate,
  Updates,
} from './protocol'

/** Where the document lives: an EditorView, or in tests a bare state. */
export interface EditorPort {
  readonly state: EditorState
  dispatch(transactions: readonly Transaction[]): void
}

export interface SyncOptions {
  doc: DocumentName
  port: EditorPort
  send: (message: ClientMessage) => boolean
  /** Begin anew with this text, a new clientId and no undo history. */
  resetEditor: (text: string, version: number) => void
  getLimits: () => Limits
  /** Something confirmed, arrived or was edited; the number says how many edits are not stored yet. */
  onChange: (unsaved: number) => void
  /** Edits could not be stored; `text` is the document as the person had it. */
  onDropped: (text: string, code: string) => void
  /** This document cannot go on from here: come back without it. */
  reconnect: () => void
  /** An input method is in the middle of a word. */
  isComposing?: () => boolean
}

/** Rides on every transaction with others' updates and says whose they are. */
export const authorEffect = StateEffect.define<string>()

const PUSH_INTERVAL_MS = 25 // pushes keep at least so far apart; a letter after a pause goes at once
const MAX_COMPOSITION_MS = 8_000 // a word in an input method is held back at most so long
const MAX_RECENT_UPDATES = 512 // updates over which a late cursor can still be mapped
const RETRY_MS = 1_000
const MAX_AGE_MS = 600_000
const EVENT_PATTERN = /^[a-z.]{1,32}$/

interface InFlight {
  push: Push
  /** sent on the present line */
  sent: boolean
  /** the server's answer is here, but an update before it is missing */
  answered: boolean
  /** own updates confirmed when it was made; with its length it tells when it is in the history */
  confirmedBefore: number
}

interface RecentUpdate {
  author: string
  changes: ChangeDesc
}

interface Waiter {
  target: number
  resolve: (version: number) => void
  reject: () => void
}

export class DocumentSync {
  private initialized = false
  private connected = false
  private needsFullText = false // the server must send the whole text
  private catchUpTo = 0
  private seq = 0
  private confirmedCount = 0 // own updates of this clientId that are in the history
  private inFlight: InFlight | null = null
  private fetching = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private heldSince = 0
  private pushedAt = 0
  private pushNotBefore = 0 // the server asked to be left alone until then
  private recentUpdates: RecentUpdate[] = []
  private waiters: Waiter[] = []

  constructor(private readonly options: SyncOptions) {}

  get version(): number {
    return getSyncedVersion(this.state)
  }

  get unsavedCount(): number {
    return this.initialized ? sendableUpdates(this.state).length : 0
  }

  /** What `hello` says of this document; nothing when its text is wanted whole. */
  resumePoint(): { doc: DocumentName; version: number } | undefined {
    return this.initialized && !this.needsFullText ? { doc: this.options.doc, version: this.version } : undefined
  }

  handleWelcome(document: DocumentState): void {
    this.connected = true
    this.fetching = false
    this.pushNotBefore = 0
    if (document.text !== undefined) this.resetDocument(document.text, document.version, 'restarted')
    this.catchUpTo = document.head
    this.continueSync()
  }

  /** The line is down. */
  handleDisconnect(): void {
    this.connected = false
    clearTimeout(this.timer)
    if (this.inFlight) this.inFlight.sent = false
    this.waiters.splice(0).forEach((waiter) => waiter.reject())
  }

  /** The person changed the text. */
  handleEdit(): void {
    this.options.onChange(this.unsavedCount)
    this.schedulePush(Math.max(0, this.pushedAt + PUSH_INTERVAL_MS - Date.now()))
  }

  /** Sends what is waiting without gathering more: the page may be gone in a moment. */
  flushEdits(): void {
    this.pushPending(true)
  }

  /** A word in the input method is complete. */
  handleCompositionEnd(): void {
    this.heldSince = 0
    this.schedulePush(0)
  }

  /** Resolves with a version that holds all that is typed by now; rejects when the line breaks. */
  whenStored(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.connected) return reject(new Error('not connected'))
      const waiter = { target: this.confirmedCount + this.unsavedCount, resolve, reject: () => reject(new Error('disconnected')) }
      this.waiters.push(waiter)
      this.pushPending(true)
      this.resolveWaiters()
    })
  }

  handleUpdates(message: Updates): void {
    if (!this.initialized) return
    if (message.version > this.version) return this.fetchMissing()
    this.fetching = false
    const newUpdates = message.updates.slice(this.version - message.version)
    if (newUpdates.length > 0 && !this.applyUpdates(newUpdates)) return
    this.continueSync()
  }

  handleAck(message: Ack): void {
    const flight = this.inFlight
    if (!flight || message.clientId !== flight.push.clientId || message.seq !== flight.push.seq) return
    flight.answered = true
    if (message.version > this.version) return this.fetchMissing()
    if (message.version + message.count > this.version) {
      const own = flight.push.updates.map((update) => ({
        clientId: flight.push.clientId,
        author: '',
        changes: update.changes,
      }))
      if (!this.applyUpdates(own.slice(this.version - message.version))) return
    }
    this.continueSync()
  }

  handleResync(message: Resync): void {
    this.resetDocument(message.text, message.version, message.code)
    this.continueSync()
  }

  /** An `error` that names this document. True when it is dealt with and nobody need hear of it. */
  handleFailure(message: Failure): boolean {
    if (message.seq === undefined) return this.handleFetchFailure(message)
    const flight = this.inFlight
    if (!flight || message.seq !== flight.push.seq) return false
    if (message.code === 'push.busy' || message.code === 'rate') {
      flight.sent = false
      this.pushNotBefore = Date.now() + (message.retryAfterMs ?? RETRY_MS)
      this.schedulePush(0)
      return true
    }
    // Not allowed, or not any more. The server's text is the text; ours is shown to the person.
    this.abandonEdits(message.code)
    return true
  }

  /**
   * Positions in version `version` → positions in the present text. 'later' when that version has not
   * come yet, 'stale' when it is too long ago.
   */
  mapToCurrent(version: number, ranges: Range[], author: string): Range[] | 'later' | 'stale' {
    const behind = this.version - version
    if (!this.initialized || behind < 0) return 'later'
    if (behind > this.recentUpdates.length) return 'stale'
    const over = this.recentUpdates.slice(this.recentUpdates.length - behind)
    const pending = sendableUpdates(this.state).map((update) => ({ author: '', changes: update.changes.desc }))
    const steps = [...over, ...pending]
    const length = steps[0]?.changes.length ?? this.state.doc.length
    if (ranges.some((range) => range.anchor > length || range.head > length)) return 'stale'
    const map = (position: number) =>
      steps.reduce((at, step) => step.changes.mapPos(at, step.author === author ? 1 : -1), position)
    return ranges.map((range) => ({ anchor: map(range.anchor), head: map(range.head) }))
  }

  /** Positions in the present text → positions in the version that the server has. */
  mapToConfirmed(ranges: readonly Range[]): Range[] {
    const back = sendableUpdates(this.state)
      .map((update) => update.changes.desc.invertedDesc)
      .reverse()
    const map = (position: number) => back.reduce((at, desc) => desc.mapPos(at, 1), position)
    return ranges.map((range) => ({ anchor: map(range.anchor), head: map(range.head) }))
  }

  private get state(): EditorState {
    return this.options.port.state
  }

  private resetDocument(text: string, version: number, code: string): void {
    if (this.unsavedCount > 0) this.options.onDropped(this.state.doc.toString(), code)
    this.initialized = true
    this.needsFullText = false
    this.inFlight = null
    this.catchUpTo = version
    this.seq = 0
    this.confirmedCount = 0
    this.recentUpdates = []
    this.options.resetEditor(text, version)
    this.waiters.splice(0).forEach((waiter) => waiter.resolve(version))
    this.options.onChange(0)
  }

  private abandonEdits(code: string): void {
    if (this.unsavedCount > 0) this.options.onDropped(this.state.doc.toString(), code)
    this.initialized = false
    this.needsFullText = true
    this.inFlight = null
    this.connected = false
    this.options.reconnect()
  }

  // Takes updates that follow the present version, own ones among them. False when they do not fit.
  private applyUpdates(updates: StoredUpdate[]): boolean {
    const clientID = getClientID(this.state)
    const transactions: Transaction[] = []
    const recent: RecentUpdate[] = []
    let state = this.state
    try {
      for (const update of updates) {
        const own = update.clientId === clientID ? sendableUpdates(state)[0] : undefined
        const changes = own?.changes ?? ChangeSet.fromJSON(update.changes)
        const effects = [authorEffect.of(update.author)]
        const transaction = receiveUpdates(state, [{ changes, clientID: update.clientId, effects }])
        transactions.push(transaction)
        recent.push({ author: update.author, changes: changes.desc })
        if (own) this.confirmedCount++
        state = transaction.state
      }
    } catch {
      this.abandonEdits('diverged')
      return false
    }
    this.recentUpdates = [...this.recentUpdates, ...recent].slice(-MAX_RECENT_UPDATES)
    this.options.port.dispatch(transactions)
    return true
  }

  // After anything arrived: close what is answered, go on with what is pending.
  private continueSync(): void {
    const flight = this.inFlight
    const stored = flight !== null && this.confirmedCount >= flight.confirmedBefore + flight.push.updates.length
    // Stored, but its answer on this line is still to come: the next push waits for it.
    if (flight && stored && (flight.answered || !flight.sent)) this.inFlight = null
    this.resolveWaiters()
    this.options.onChange(this.unsavedCount)
    this.pushPending()
  }

  private resolveWaiters(): void {
    const reached = this.waiters.filter((waiter) => this.confirmedCount >= waiter.target)
    this.waiters = this.waiters.filter((waiter) => this.confirmedCount < waiter.target)
    reached.forEach((waiter) => waiter.resolve(this.version))
  }

  private fetchMissing(): void {
    if (this.fetching) return
    this.fetching = this.options.send({ type: 'fetch', doc: this.options.doc, version: this.version })
  }

  private handleFetchFailure(message: Failure): boolean {
    if (!this.fetching) return false
    setTimeout(() => {
      if (!this.fetching || !this.connected) return
      this.fetching = false
      this.fetchMissing()
    }, message.retryAfterMs ?? RETRY_MS)
    return true
  }

  private schedulePush(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.pushPending(), Math.max(ms, this.pushNotBefore - Date.now()))
  }

  private pushPending(immediate = false): void {
    if (!this.initialized || !this.connected || this.version < this.catchUpTo) return
    if (Date.now() < this.pushNotBefore) return this.schedulePush(0)
    if (this.inFlight) {
      if (!this.inFlight.sent) this.sendPush(this.inFlight)
      return
    }
    if (this.unsavedCount === 0) return
    if (!immediate && this.isHeldForComposition()) return
    this.inFlight = { push: this.createPush(), sent: false, answered: false, confirmedBefore: this.confirmedCount }
    this.sendPush(this.inFlight)
  }

  private sendPush(flight: InFlight): void {
    clearTimeout(this.timer)
    this.pushedAt = Date.now()
    flight.sent = this.options.send(flight.push)
  }

  private isHeldForComposition(): boolean {
    if (!this.options.isComposing?.()) {
      this.heldSince = 0
      return false
    }
    this.heldSince ||= Date.now()
    const remaining = this.heldSince + MAX_COMPOSITION_MS - Date.now()
    if (remaining <= 0) return false
    this.schedulePush(remaining)
    return true
  }

  private createPush(): Push {
    const { doc } = this.options
    const updates = takeFittingUpdates(this.pendingUpdates(), this.options.getLimits())
    return { type: 'push', doc, version: this.version, clientId: getClientID(this.state), seq: ++this.seq, updates }
  }

  private pendingUpdates(): SentUpdate[] {
    const now = Date.now()
    return sendableUpdates(this.state).map(({ changes, origin }) => {
      const event = origin.annotation(Transaction.userEvent)
      const made = origin.annotation(Transaction.time) ?? now
      const age = Math.min(MAX_AGE_MS, Math.max(0, now - made))
      return { changes: changes.toJSON() as Changes, age, event: event && EVENT_PATTERN.test(event) ? event : undefined }
    })
  }
}
