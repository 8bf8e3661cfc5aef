// A test authority: the server's document rules with connections that can be cut.

import { rebaseUpdates } from '@codemirror/collab'
import { ChangeSet, EditorState, Text, type Transaction } from '@codemirror/state'
import { editFilter } from './editFilter'
import type { ClientMessage, Limits, ServerMessageOf, Push, StoredUpdate } from './protocol'
import { randomId } from './editor'
import { collaboration, DocumentSync, draftEdit, type Draft, type EditorPort } from './sync'

export const testLimits: Limits = { documentUnits: 100_000, pushUpdates: 5, pushUnits: 1_000, chatUnits: 100, stdinBytes: 100, files: 64, fileUnits: 100_000, pathBytes: 200 }

type DocumentMessage = ServerMessageOf<'ack'> | ServerMessageOf<'updates'> | ServerMessageOf<'resync'> | ServerMessageOf<'error'>

interface Entry extends StoredUpdate {
  set: ChangeSet
}

export class Authority {
  text = Text.empty
  readonly history: Entry[] = []
  readonly connections = new Set<Connection>()
  /** Cut connections whose last messages still reach the server, possibly after the client has reconnected. */
  readonly delayed: Connection[] = []
  private readonly answers = new Map<string, { version: number; count: number }>()

  applyPush(line: Connection, push: Push): void {
    const { clientId, seq } = push
    const key = `${clientId}/${seq}`
    const stored = this.answers.get(key)
    if (stored) return line.sendToClient({ type: 'ack', doc: 'code', clientId, seq, ...stored })
    let updates = push.updates.map((update) => ({ changes: ChangeSet.fromJSON(update.changes), clientID: clientId }))
    for (const over of this.history.slice(push.version)) {
      updates = [...rebaseUpdates(updates, [{ changes: over.set, clientID: over.clientId }])] as typeof updates
    }
    const version = this.history.length
    const entries = updates.map(({ changes }) => this.storeUpdate(clientId, line.author, changes))
    this.answers.set(key, { version, count: entries.length })
    for (const other of this.connections) {
      if (other === line) line.sendToClient({ type: 'ack', doc: 'code', clientId, seq, version, count: entries.length })
      else other.sendToClient({ type: 'updates', doc: 'code', version, updates: entries.map(toStoredUpdate) })
    }
  }

  serveDelayed(random: (sides: number) => number): void {
    if (this.delayed.length > 0) this.delayed[random(this.delayed.length)]?.serveOne()
  }

  updatesFrom(version: number): ServerMessageOf<'updates'> {
    return { type: 'updates', doc: 'code', version, updates: this.history.slice(version).map(toStoredUpdate) }
  }

  private storeUpdate(clientId: string, author: string, set: ChangeSet): Entry {
    this.text = set.apply(this.text)
    const entry = { clientId, author, set, changes: set.toJSON() as StoredUpdate['changes'] }
    this.history.push(entry)
    return entry
  }
}

function toStoredUpdate({ clientId, author, changes }: Entry): StoredUpdate {
  return { clientId, author, changes }
}

/** One connection: two ordered queues, both lost when it is cut. */
export class Connection {
  readonly toServer: ClientMessage[] = []
  readonly toClient: DocumentMessage[] = []

  constructor(
    private readonly authority: Authority,
    readonly author: string,
  ) {
    authority.connections.add(this)
  }

  sendToClient(message: DocumentMessage): void {
    this.toClient.push(message)
  }

  disconnect(): void {
    this.authority.connections.delete(this)
    if (this.toServer.length > 0) this.authority.delayed.push(this)
  }

  serveOne(): void {
    const message = this.toServer.shift()
    if (message?.type === 'push') this.authority.applyPush(this, message)
    if (message?.type === 'fetch') this.sendToClient(this.authority.updatesFrom(message.version))
  }
}

/** An editor without a view. */
export class TestClient implements EditorPort {
  state: EditorState
  readonly sync: DocumentSync
  readonly dropped: string[] = []
  editCount = 0
  reconnectCount = 0
  connection: Connection | null = null

  constructor(
    private readonly authority: Authority,
    readonly name: string,
    draft?: Draft,
  ) {
    this.state = this.createState('', 0)
    this.sync = new DocumentSync({
      doc: 'code',
      port: this,
      send: (message) => this.connection !== null && this.connection.toServer.push(message) > 0,
      resetEditor: (text, version) => (this.state = this.createState(text, version)),
      restoreEditor: ({ text, version, clientId, pending }) => {
        this.state = this.createState(text, version, clientId)
        for (const changes of pending) this.state = this.state.update({ changes: ChangeSet.fromJSON(changes), effects: draftEdit.of(null) }).state
      },
      getLimits: () => testLimits,
      onChange: () => undefined,
      onDropped: (text) => this.dropped.push(text),
      reconnect: () => this.reconnectCount++,
    })
    if (draft) this.sync.restoreDraft(draft)
  }

  /** The page ends without an event, and another one continues with its draft. */
  replacePage(): TestClient {
    this.disconnect()
    const next = new TestClient(this.authority, this.name, structuredClone(this.sync.takeDraft()))
    next.editCount = this.editCount
    return next
  }

  dispatch(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.state = transaction.state
  }

  editText(from: number, to: number, insert: string): void {
    this.state = this.state.update({ changes: { from, to, insert }, userEvent: 'input.type' }).state
    this.editCount++
    this.sync.handleEdit()
  }

  connect(): void {
    this.disconnect()
    this.connection = new Connection(this.authority, this.name)
    const head = this.authority.history.length
    const known = this.sync.resumePoint()
    if (!known) {
      this.sync.handleWelcome({ doc: 'code', version: head, head, text: this.authority.text.toString() })
      return
    }
    this.sync.handleWelcome({ doc: 'code', version: known.version, head, resume: true })
    if (head > known.version) this.connection.sendToClient(this.authority.updatesFrom(known.version))
  }

  disconnect(): void {
    this.connection?.disconnect()
    this.connection = null
    this.sync.handleDisconnect()
  }

  receiveOne(): void {
    const message = this.connection?.toClient.shift()
    if (message?.type === 'updates') this.sync.handleUpdates(message)
    if (message?.type === 'ack') this.sync.handleAck(message)
    if (message?.type === 'resync') this.sync.handleResync(message)
    if (message?.type === 'error') this.sync.handleFailure(message)
  }

  private createState(text: string, version: number, clientID = `${this.name}-${randomId()}`): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [collaboration(version, clientID), editFilter({ getLimits: () => testLimits, onRefused: () => undefined })],
    })
  }
}
