// Synchronises one document with the authority on the server.
//
// Guarantee: a local edit is in the server's history exactly once, whatever happens to the
// connection, or it is reported as dropped (`onDropped`). How:
//  - one push is in flight at a time; it is resent unchanged until the server acknowledges it;
//  - after a reconnect the server's history is applied first: own updates in it are confirmed, not pushed again;
//  - updates are applied one at a time, as the server does when it rebases. Mapping over a composition of two
//    updates can give a different text than mapping over one and then the other.

import { collab, getClientID, getSyncedVersion, receiveUpdates, sendableUpdates } from '@codemirror/collab'
import { ChangeSet, StateEffect, Text, Transaction, type ChangeDesc, type EditorState, type Extension } from '@codemirror/state'
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

/** The editor's state: an EditorView, or in tests a bare state. */
export interface EditorPort {
  readonly state: EditorState
  dispatch(transactions: readonly Transaction[]): void
}

export interface SyncOptions {
  doc: DocumentName
  port: EditorPort
  send: (message: ClientMessage) => boolean
  /** Replaces the editor state by this text with a new clientId and no undo history. */
  resetEditor: (text: string, version: number) => void
  /** Replaces the editor state by this text with the clientId and unsaved edits of an earlier page. */
  restoreEditor?: (draft: Draft) => void
  getLimits: () => Limits
  /** Called after an edit, an update or a confirmation with the number of edits that are not stored yet. */
  onChange: (unsaved: number) => void
  /** Called when edits could not be stored; `text` is the local document with them. */
  onDropped: (text: string, code: string) => void
  /** Reconnects without this document's version, so that the server sends the full text. */
  reconnect: () => void
  /** Called when another participant has replaced the whole text: what was typed before cannot be undone in it. */
  onReplaced?: () => void
  /** Whether an input method is composing. */
  isComposing?: () => boolean
}

/** Edits that are not stored, and what another page needs to store each of them once. */
export interface Draft {
  clientId: string
  /** the newest version that the server has confirmed, and the text at it */
  version: number
  text: string
  pending: Changes[]
  /** of the last push */
  seq: number
  /** a push without an acknowledgement, and how many of its updates were seen in the history */
  inFlight?: { push: Push; confirmed: number }
}

/** The author of the updates in a transaction. */
export const authorEffect = StateEffect.define<string>()

/** Marks an edit of a draft. As a shared effect it makes collab() keep an edit that changes nothing, as others have deleted the text. */
export const draftEdit = StateEffect.define<null>()

/** The collaboration of an editor whose updates a DocumentSync exchanges. */
export function collaboration(startVersion: number, clientID: string): Extension {
  return collab({ startVersion, clientID, sharedEffects: (transaction) => transaction.effects.filter((effect) => effect.is(draftEdit)) })
}

const PUSH_INTERVAL_MS = 25 // minimum interval between pushes; the first edit after a pause is pushed immediately
const MAX_COMPOSITION_MS = 8_000 // a composition delays a push by at most this
const MAX_RECENT_UPDATES = 512 // number of updates over which a delayed cursor can be mapped
const RETRY_MS = 1_000
const MAX_AGE_MS = 600_000
const EVENT_PATTERN = /^[a-z.]{1,32}$/

interface InFlight {
  push: Push
  /** sent on the current connection */
  sent: boolean
  /** acknowledged, but an earlier update is missing */
  answered: boolean
  /** confirmedCount when the push was created: it is stored once confirmedCount has grown by its length */
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
  private confirmedText = Text.empty // the text at the confirmed version
  private catchUpTo = 0
  private seq = 0
  private confirmedCount = 0 // own updates of this clientId that are in the history
  private inFlight: InFlight | null = null
  private fetching = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private heldSince = 0
  private pushedAt = 0
  private pushNotBefore = 0 // retry-after of the server, by performance.now()
  // CodeMirror's own annotation has the wall clock, which the user or a time server may set.
  private readonly editTimes = new WeakMap<Transaction, number>()
  private recentUpdates: RecentUpdate[] = []
  private waiters: Waiter[] = []

  constructor(private readonly options: SyncOptions) {}

  get isInitialized(): boolean {
    return this.initialized
  }

  get version(): number {
    return getSyncedVersion(this.state)
  }

  get unsavedCount(): number {
    return this.initialized ? sendableUpdates(this.state).length : 0
  }

  /** The version that `hello` sends for this document; undefined to request the full text. */
  resumePoint(): { doc: DocumentName; version: number } | undefined {
    return this.initialized && !this.needsFullText ? { doc: this.options.doc, version: this.version } : undefined
  }

  /** The edits that are not stored yet, for another page. */
  takeDraft(): Draft | undefined {
    const pending = this.initialized ? sendableUpdates(this.state).map(({ changes }) => changes.toJSON() as Changes) : []
    if (pending.length === 0) return undefined
    const { inFlight, version, seq } = this
    return {
      clientId: getClientID(this.state),
      version,
      text: this.confirmedText.toString(),
      pending,
      seq,
      inFlight: inFlight ? { push: inFlight.push, confirmed: this.confirmedCount - inFlight.confirmedBefore } : undefined,
    }
  }

  /** Continues with the edits of an earlier page, before the first welcome. */
  restoreDraft(draft: Draft): void {
    this.initialized = true
    this.confirmedText = Text.of(draft.text.split('\n'))
    this.seq = draft.seq
    this.catchUpTo = draft.version
    if (draft.inFlight) {
      const { push, confirmed } = draft.inFlight
      this.inFlight = { push, sent: false, answered: false, confirmedBefore: -confirmed }
    }
    this.options.restoreEditor?.(draft)
    this.handleEdit()
  }

  handleWelcome(document: DocumentState): void {
    this.connected = true
    this.fetching = false
    this.pushNotBefore = 0
    if (document.text !== undefined) this.resetDocument(document.text, document.version, 'restarted')
    this.catchUpTo = document.head
    this.continueSync()
  }

  /** Marks the in-flight push as unsent and rejects the promises of whenStored. */
  handleDisconnect(): void {
    this.connected = false
    clearTimeout(this.timer)
    if (this.inFlight) this.inFlight.sent = false
    this.waiters.splice(0).forEach((waiter) => waiter.reject())
  }

  /** Schedules a push after a local edit. */
  handleEdit(): void {
    for (const { origin } of sendableUpdates(this.state)) {
      if (!this.editTimes.has(origin)) this.editTimes.set(origin, performance.now())
    }
    this.options.onChange(this.unsavedCount)
    this.schedulePush(Math.max(0, this.pushedAt + PUSH_INTERVAL_MS - performance.now()))
  }

  /** Pushes pending edits immediately: the page may be closed at any moment. */
  flushEdits(): void {
    this.pushPending(true)
  }

  /** Pushes the text that was held back during the composition. */
  handleCompositionEnd(): void {
    this.heldSince = 0
    this.schedulePush(0)
  }

  /** Resolves with a version that contains all edits made so far; rejects on a disconnect. */
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

  /** Handles an `error` for this document. Returns true when the user need not be notified. */
  handleFailure(message: Failure): boolean {
    if (message.seq === undefined) return this.handleFetchFailure(message)
    const flight = this.inFlight
    if (!flight || message.seq !== flight.push.seq) return false
    if (message.code === 'push.busy' || message.code === 'rate') {
      flight.sent = false
      this.pushNotBefore = performance.now() + (message.retryAfterMs ?? RETRY_MS)
      this.schedulePush(0)
      return true
    }
    // The permission is missing or was withdrawn. The server's text wins; the local text is shown to the user.
    this.abandonEdits(message.code)
    return true
  }

  /**
   * Positions in version `version` → positions in the current text. 'later' when that version has not
   * arrived yet, 'stale' when it is too old.
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

  /** Positions in the current text → positions in the latest version confirmed by the server. */
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
    this.confirmedText = Text.of(text.split('\n'))
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

  // Applies updates that follow the current version, own ones included. Returns false when they do not apply.
  private applyUpdates(updates: StoredUpdate[]): boolean {
    const clientID = getClientID(this.state)
    const transactions: Transaction[] = []
    const recent: RecentUpdate[] = []
    let { state, confirmedText } = this
    try {
      for (const update of updates) {
        const own = update.clientId === clientID ? sendableUpdates(state)[0] : undefined
        const changes = own?.changes ?? ChangeSet.fromJSON(update.changes)
        const effects = [authorEffect.of(update.author)]
        const transaction = receiveUpdates(state, [{ changes, clientID: update.clientId, effects }])
        transactions.push(transaction)
        recent.push({ author: update.author, changes: changes.desc })
        confirmedText = changes.apply(confirmedText)
        if (own) this.confirmedCount++
        state = transaction.state
      }
    } catch {
      this.abandonEdits('diverged')
      return false
    }
    this.confirmedText = confirmedText
    const wasReplaced = updates.some(({ clientId }, index) => clientId !== clientID && recent[index] && replacesText(recent[index].changes))
    this.recentUpdates = [...this.recentUpdates, ...recent].slice(-MAX_RECENT_UPDATES)
    this.options.port.dispatch(transactions)
    if (wasReplaced) this.options.onReplaced?.()
    return true
  }

  // Clears a completed push and sends the next one.
  private continueSync(): void {
    const flight = this.inFlight
    const stored = flight !== null && this.confirmedCount >= flight.confirmedBefore + flight.push.updates.length
    // When the push is stored but not acknowledged on this connection, the next one waits for the ack.
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
    this.timer = setTimeout(() => this.pushPending(), Math.max(ms, this.pushNotBefore - performance.now()))
  }

  private pushPending(immediate = false): void {
    if (!this.initialized || !this.connected || this.version < this.catchUpTo) return
    if (performance.now() < this.pushNotBefore) return this.schedulePush(0)
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
    this.pushedAt = performance.now()
    flight.sent = this.options.send(flight.push)
  }

  private isHeldForComposition(): boolean {
    if (!this.options.isComposing?.()) {
      this.heldSince = 0
      return false
    }
    this.heldSince ||= performance.now()
    const remaining = this.heldSince + MAX_COMPOSITION_MS - performance.now()
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
    const now = performance.now()
    return sendableUpdates(this.state).map(({ changes, origin }) => {
      const event = origin.annotation(Transaction.userEvent)
      const made = this.editTimes.get(origin) ?? now
      const age = Math.min(MAX_AGE_MS, Math.round(now - made))
      return { changes: changes.toJSON() as Changes, age, event: event && EVENT_PATTERN.test(event) ? event : undefined }
    })
  }
}

/** Whether the changes delete a whole text, as inserting starter code does. */
function replacesText(changes: ChangeDesc): boolean {
  let replaces = false
  changes.iterChangedRanges((fromA, toA) => {
    replaces ||= fromA === 0 && toA === changes.length && toA > 0
  }, true)
  return replaces
}
