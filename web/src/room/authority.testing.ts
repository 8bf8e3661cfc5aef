// An authority for the tests: the server's rules for documents in a few lines, with lines that can be cut.

import { collab, rebaseUpdates } from '@codemirror/collab'
import { ChangeSet, EditorState, Text, type Transaction } from '@codemirror/state'
import { guard } from './guard'
import type { ClientMessage, Limits, OfType, Push, StoredUpdate } from './protocol'
import { DocumentSync, type Port } from './sync'

export const limits: Limits = { documentUnits: 100_000, pushUpdates: 5, pushUnits: 1_000, chatUnits: 100, stdinBytes: 100 }

type DocumentMessage = OfType<'ack'> | OfType<'updates'> | OfType<'resync'> | OfType<'error'>

interface Entry extends StoredUpdate {
  set: ChangeSet
}

export class Authority {
  text = Text.empty
  readonly log: Entry[] = []
  readonly lines = new Set<Line>()
  /** Cut lines whose last bytes still reach the server, perhaps after the client has returned. */
  readonly late: Line[] = []
  private readonly answers = new Map<string, { version: number; count: number }>()

  push(line: Line, push: Push): void {
    const { clientId, seq } = push
    const key = `${clientId}/${seq}`
    const stored = this.answers.get(key)
    if (stored) return line.tell({ type: 'ack', doc: 'code', clientId, seq, ...stored })
    let updates = push.updates.map((update) => ({ changes: ChangeSet.fromJSON(update.changes), clientID: clientId }))
    for (const over of this.log.slice(push.version)) {
      updates = [...rebaseUpdates(updates, [{ changes: over.set, clientID: over.clientId }])] as typeof updates
    }
    const version = this.log.length
    const entries = updates.map(({ changes }) => this.store(clientId, line.author, changes))
    this.answers.set(key, { version, count: entries.length })
    for (const other of this.lines) {
      if (other === line) line.tell({ type: 'ack', doc: 'code', clientId, seq, version, count: entries.length })
      else other.tell({ type: 'updates', doc: 'code', version, updates: entries.map(wire) })
    }
  }

  serveLate(roll: (sides: number) => number): void {
    if (this.late.length > 0) this.late[roll(this.late.length)]?.serveOne()
  }

  updatesFrom(version: number): OfType<'updates'> {
    return { type: 'updates', doc: 'code', version, updates: this.log.slice(version).map(wire) }
  }

  private store(clientId: string, author: string, set: ChangeSet): Entry {
    this.text = set.apply(this.text)
    const entry = { clientId, author, set, changes: set.toJSON() as StoredUpdate['changes'] }
    this.log.push(entry)
    return entry
  }
}

function wire({ clientId, author, changes }: Entry): StoredUpdate {
  return { clientId, author, changes }
}

/** One connection: two queues, each in order, both lost when it is cut. */
export class Line {
  readonly up: ClientMessage[] = []
  readonly down: DocumentMessage[] = []

  constructor(
    private readonly authority: Authority,
    readonly author: string,
  ) {
    authority.lines.add(this)
  }

  tell(message: DocumentMessage): void {
    this.down.push(message)
  }

  cut(): void {
    this.authority.lines.delete(this)
    if (this.up.length > 0) this.authority.late.push(this)
  }

  serveOne(): void {
    const message = this.up.shift()
    if (message?.type === 'push') this.authority.push(this, message)
    if (message?.type === 'fetch') this.tell(this.authority.updatesFrom(message.version))
  }
}

/** An editor without a screen. */
export class Peer implements Port {
  state: EditorState
  readonly sync: DocumentSync
  readonly dropped: string[] = []
  edits = 0
  restarts = 0
  line: Line | null = null
  private generation = 0

  constructor(
    private readonly authority: Authority,
    readonly name: string,
  ) {
    this.state = this.make('', 0)
    this.sync = new DocumentSync({
      doc: 'code',
      port: this,
      send: (message) => this.line !== null && this.line.up.push(message) > 0,
      reset: (text, version) => (this.state = this.make(text, version)),
      limits: () => limits,
      changed: () => undefined,
      dropped: (text) => this.dropped.push(text),
      restart: () => this.restarts++,
    })
  }

  dispatch(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.state = transaction.state
  }

  edit(from: number, to: number, insert: string): void {
    this.state = this.state.update({ changes: { from, to, insert }, userEvent: 'input.type' }).state
    this.edits++
    this.sync.edited()
  }

  connect(): void {
    this.disconnect()
    this.line = new Line(this.authority, this.name)
    const head = this.authority.log.length
    const known = this.sync.known()
    if (!known) {
      this.sync.welcome({ doc: 'code', version: head, head, text: this.authority.text.toString() })
      return
    }
    this.sync.welcome({ doc: 'code', version: known.version, head, resume: true })
    if (head > known.version) this.line.tell(this.authority.updatesFrom(known.version))
  }

  disconnect(): void {
    this.line?.cut()
    this.line = null
    this.sync.disconnected()
  }

  hearOne(): void {
    const message = this.line?.down.shift()
    if (message?.type === 'updates') this.sync.updates(message)
    if (message?.type === 'ack') this.sync.ack(message)
    if (message?.type === 'resync') this.sync.resync(message)
    if (message?.type === 'error') this.sync.failed(message)
  }

  private make(text: string, version: number): EditorState {
    const clientID = `${this.name}-${++this.generation}`
    return EditorState.create({
      doc: text,
      extensions: [collab({ startVersion: version, clientID }), guard({ limits: () => limits, refused: () => undefined })],
    })
  }
}
