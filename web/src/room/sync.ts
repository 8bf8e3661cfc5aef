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
import { firstThatFit } from './fit'
import type {
  Ack,
  Changes,
  ClientMessage,
  Doc,
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
export interface Port {
  readonly state: EditorState
  dispatch(transactions: readonly Transaction[]): void
}

export interface SyncOptions {
  doc: Doc
  port: Port
  send: (message: ClientMessage) => boolean
  /** Begin anew with this text, a new clientId and no undo history. */
  reset: (text: string, version: number) => void
  limits: () => Limits
  /** Something confirmed, arrived or was edited; the number says how many edits are not stored yet. */
  changed: (unsaved: number) => void
  /** Edits could not be stored; `text` is the document as the person had it. */
  dropped: (text: string, code: string) => void
  /** This document cannot go on from here: come back without it. */
  restart: () => void
  /** An input method is in the middle of a word. */
  composing?: () => boolean
}

/** Rides on every transaction with others' updates and says whose they are. */
export const authored = StateEffect.define<string>()

const GATHER_MS = 25 // pushes keep at least so far apart; a letter after a pause goes at once
const COMPOSING_MS = 8_000 // a word in an input method is held back at most so long
const REMEMBERED = 512 // updates over which a late cursor can still be mapped
const RETRY_MS = 1_000
const OLDEST_MS = 600_000
const EVENT = /^[a-z.]{1,32}$/

interface InFlight {
  push: Push
  /** sent on the present line */
  sent: boolean
  /** the server's answer is here, but an update before it is missing */
  answered: boolean
  /** own updates confirmed when it was made; with its length it tells when it is in the history */
  from: number
}

interface Remembered {
  author: string
  changes: ChangeDesc
}

interface Waiter {
  target: number
  resolve: (version: number) => void
  reject: () => void
}

export class DocumentSync {
  private begun = false
  private live = false
  private fresh = false // the server must send the whole text
  private catchUpTo = 0
  private seq = 0
  private confirmed = 0 // own updates of this clientId that are in the history
  private inFlight: InFlight | null = null
  private fetching = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private heldSince = 0
  private pushedAt = 0
  private notBefore = 0 // the server asked to be left alone until then
  private recent: Remembered[] = []
  private waiters: Waiter[] = []

  constructor(private readonly options: SyncOptions) {}

  get version(): number {
    return getSyncedVersion(this.state)
  }

  get unsaved(): number {
    return this.begun ? sendableUpdates(this.state).length : 0
  }

  /** What `hello` says of this document; nothing when its text is wanted whole. */
  known(): { doc: Doc; version: number } | undefined {
    return this.begun && !this.fresh ? { doc: this.options.doc, version: this.version } : undefined
  }

  welcome(document: DocumentState): void {
    this.live = true
    this.fetching = false
    this.notBefore = 0
    if (document.text !== undefined) this.begin(document.text, document.version, 'restarted')
    this.catchUpTo = document.head
    this.proceed()
  }

  /** The line is down. */
  disconnected(): void {
    this.live = false
    clearTimeout(this.timer)
    if (this.inFlight) this.inFlight.sent = false
    this.waiters.splice(0).forEach((waiter) => waiter.reject())
  }

  /** The person changed the text. */
  edited(): void {
    this.options.changed(this.unsaved)
    this.schedule(Math.max(0, this.pushedAt + GATHER_MS - Date.now()))
  }

  /** Sends what is waiting without gathering more: the page may be gone in a moment. */
  flush(): void {
    this.push(true)
  }

  /** A word in the input method is complete. */
  composed(): void {
    this.heldSince = 0
    this.schedule(0)
  }

  /** Resolves with a version that holds all that is typed by now; rejects when the line breaks. */
  settled(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.live) return reject(new Error('not connected'))
      const waiter = { target: this.confirmed + this.unsaved, resolve, reject: () => reject(new Error('disconnected')) }
      this.waiters.push(waiter)
      this.push(true)
      this.wake()
    })
  }

  updates(message: Updates): void {
    if (!this.begun) return
    if (message.version > this.version) return this.fetch()
    this.fetching = false
    const news = message.updates.slice(this.version - message.version)
    if (news.length > 0 && !this.take(news)) return
    this.proceed()
  }

  ack(message: Ack): void {
    const flight = this.inFlight
    if (!flight || message.clientId !== flight.push.clientId || message.seq !== flight.push.seq) return
    flight.answered = true
    if (message.version > this.version) return this.fetch()
    if (message.version + message.count > this.version) {
      const own = flight.push.updates.map((update) => ({
        clientId: flight.push.clientId,
        author: '',
        changes: update.changes,
      }))
      if (!this.take(own.slice(this.version - message.version))) return
    }
    this.proceed()
  }

  resync(message: Resync): void {
    this.begin(message.text, message.version, message.code)
    this.proceed()
  }

  /** An `error` that names this document. True when it is dealt with and nobody need hear of it. */
  failed(message: Failure): boolean {
    if (message.seq === undefined) return this.fetchFailed(message)
    const flight = this.inFlight
    if (!flight || message.seq !== flight.push.seq) return false
    if (message.code === 'push.busy' || message.code === 'rate') {
      flight.sent = false
      this.notBefore = Date.now() + (message.retryAfterMs ?? RETRY_MS)
      this.schedule(0)
      return true
    }
    // Not allowed, or not any more. The server's text is the text; ours is shown to the person.
    this.giveUp(message.code)
    return true
  }

  /**
   * Positions in version `version` → positions in the present text. 'later' when that version has not
   * come yet, 'stale' when it is too long ago.
   */
  locate(version: number, ranges: Range[], author: string): Range[] | 'later' | 'stale' {
    const behind = this.version - version
    if (!this.begun || behind < 0) return 'later'
    if (behind > this.recent.length) return 'stale'
    const over = this.recent.slice(this.recent.length - behind)
    const pending = sendableUpdates(this.state).map((update) => ({ author: '', changes: update.changes.desc }))
    const steps = [...over, ...pending]
    const length = steps[0]?.changes.length ?? this.state.doc.length
    if (ranges.some((range) => range.anchor > length || range.head > length)) return 'stale'
    const map = (position: number) =>
      steps.reduce((at, step) => step.changes.mapPos(at, step.author === author ? 1 : -1), position)
    return ranges.map((range) => ({ anchor: map(range.anchor), head: map(range.head) }))
  }

  /** Positions in the present text → positions in the version that the server has. */
  confirmedRanges(ranges: readonly Range[]): Range[] {
    const back = sendableUpdates(this.state)
      .map((update) => update.changes.desc.invertedDesc)
      .reverse()
    const map = (position: number) => back.reduce((at, desc) => desc.mapPos(at, 1), position)
    return ranges.map((range) => ({ anchor: map(range.anchor), head: map(range.head) }))
  }

  private get state(): EditorState {
    return this.options.port.state
  }

  private begin(text: string, version: number, code: string): void {
    if (this.unsaved > 0) this.options.dropped(this.state.doc.toString(), code)
    this.begun = true
    this.fresh = false
    this.inFlight = null
    this.catchUpTo = version
    this.seq = 0
    this.confirmed = 0
    this.recent = []
    this.options.reset(text, version)
    this.waiters.splice(0).forEach((waiter) => waiter.resolve(version))
    this.options.changed(0)
  }

  private giveUp(code: string): void {
    if (this.unsaved > 0) this.options.dropped(this.state.doc.toString(), code)
    this.begun = false
    this.fresh = true
    this.inFlight = null
    this.live = false
    this.options.restart()
  }

  // Takes updates that follow the present version, own ones among them. False when they do not fit.
  private take(updates: StoredUpdate[]): boolean {
    const clientID = getClientID(this.state)
    const transactions: Transaction[] = []
    const remembered: Remembered[] = []
    let state = this.state
    try {
      for (const update of updates) {
        const own = update.clientId === clientID ? sendableUpdates(state)[0] : undefined
        const changes = own?.changes ?? ChangeSet.fromJSON(update.changes)
        const effects = [authored.of(update.author)]
        const transaction = receiveUpdates(state, [{ changes, clientID: update.clientId, effects }])
        transactions.push(transaction)
        remembered.push({ author: update.author, changes: changes.desc })
        if (own) this.confirmed++
        state = transaction.state
      }
    } catch {
      this.giveUp('diverged')
      return false
    }
    this.recent = [...this.recent, ...remembered].slice(-REMEMBERED)
    this.options.port.dispatch(transactions)
    return true
  }

  // After anything arrived: close what is answered, go on with what is pending.
  private proceed(): void {
    const flight = this.inFlight
    const stored = flight !== null && this.confirmed >= flight.from + flight.push.updates.length
    // Stored, but its answer on this line is still to come: the next push waits for it.
    if (flight && stored && (flight.answered || !flight.sent)) this.inFlight = null
    this.wake()
    this.options.changed(this.unsaved)
    this.push()
  }

  private wake(): void {
    const ready = this.waiters.filter((waiter) => this.confirmed >= waiter.target)
    this.waiters = this.waiters.filter((waiter) => this.confirmed < waiter.target)
    ready.forEach((waiter) => waiter.resolve(this.version))
  }

  private fetch(): void {
    if (this.fetching) return
    this.fetching = this.options.send({ type: 'fetch', doc: this.options.doc, version: this.version })
  }

  private fetchFailed(message: Failure): boolean {
    if (!this.fetching) return false
    setTimeout(() => {
      if (!this.fetching || !this.live) return
      this.fetching = false
      this.fetch()
    }, message.retryAfterMs ?? RETRY_MS)
    return true
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.push(), Math.max(ms, this.notBefore - Date.now()))
  }

  private push(atOnce = false): void {
    if (!this.begun || !this.live || this.version < this.catchUpTo) return
    if (Date.now() < this.notBefore) return this.schedule(0)
    if (this.inFlight) {
      if (!this.inFlight.sent) this.transmit(this.inFlight)
      return
    }
    if (this.unsaved === 0) return
    if (!atOnce && this.held()) return
    this.inFlight = { push: this.make(), sent: false, answered: false, from: this.confirmed }
    this.transmit(this.inFlight)
  }

  private transmit(flight: InFlight): void {
    clearTimeout(this.timer)
    this.pushedAt = Date.now()
    flight.sent = this.options.send(flight.push)
  }

  private held(): boolean {
    if (!this.options.composing?.()) {
      this.heldSince = 0
      return false
    }
    this.heldSince ||= Date.now()
    const left = this.heldSince + COMPOSING_MS - Date.now()
    if (left <= 0) return false
    this.schedule(left)
    return true
  }

  private make(): Push {
    const { doc } = this.options
    const updates = firstThatFit(this.pending(), this.options.limits())
    return { type: 'push', doc, version: this.version, clientId: getClientID(this.state), seq: ++this.seq, updates }
  }

  private pending(): SentUpdate[] {
    const now = Date.now()
    return sendableUpdates(this.state).map(({ changes, origin }) => {
      const event = origin.annotation(Transaction.userEvent)
      const made = origin.annotation(Transaction.time) ?? now
      const age = Math.min(OLDEST_MS, Math.max(0, now - made))
      return { changes: changes.toJSON() as Changes, age, event: event && EVENT.test(event) ? event : undefined }
    })
  }
}
