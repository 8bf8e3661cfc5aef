// Several of the product's room clients edit concurrently in one room of a real server, over connections that break.
// Prints "half" after half of the edits, and at the end one line of JSON with the final text of each client.
//
//   node editors.js <URL of the room's socket> <seed>

import { collab } from '@codemirror/collab'
import { EditorState, type Transaction } from '@codemirror/state'
import { WebSocket } from 'ws'
import { RoomClient, type Socket } from '../../../web/src/room/client'
import { SUBPROTOCOL, type ServerMessage } from '../../../web/src/room/protocol'
import { DocumentSync, type EditorPort } from '../../../web/src/room/sync'

const [address, seedText] = process.argv.slice(2)
const EDITS = 60
const insertions = [
  'a', '会面', '😀', '\n', 'x y', '"\\',
  '', // last: only with a removal
]
let seed = Number(seedText) >>> 0

function below(n: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * n)
}

class EditingClient implements EditorPort {
  state = EditorState.create()
  dropped: string[] = []
  private socket: WebSocket | undefined
  private readonly client: RoomClient
  readonly sync: DocumentSync

  constructor(private readonly id: string) {
    this.sync = new DocumentSync({
      doc: 'code',
      port: this,
      send: (message) => this.client.send(message),
      resetEditor: (text, version) => this.resetEditor(text, version),
      getLimits: () => ({ documentUnits: 524288, pushUpdates: 256, pushUnits: 262144, chatUnits: 4000, stdinBytes: 65536 }),
      onChange: () => {},
      onDropped: (_text, code) => this.dropped.push(code),
      reconnect: () => this.client.reconnect(),
    })
    this.client = new RoomClient({
      createSocket: () => this.createSocket(),
      checkAccess: () => Promise.resolve(undefined),
      documentVersions: () => [this.sync.resumePoint()].filter((point) => point !== undefined),
      onMessage: (message) => this.handleMessage(message),
      onStateChange: () => {},
      onDisconnect: () => this.sync.handleDisconnect(),
      random: () => 0.1,
    })
    this.client.start()
  }

  dispatch(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.state = transaction.state
  }

  /** Makes one change that is not empty: the history must have as many updates as there are edits. */
  editAtRandom(): void {
    let [from, to] = [this.randomPosition(), this.randomPosition()].sort((a, b) => a - b) as [number, number]
    if (to - from > 6 || below(3) > 0) to = from
    const insert = insertions[below(insertions.length - (from === to ? 1 : 0))] as string
    this.dispatch([this.state.update({ changes: { from, to, insert: this.state.toText(insert) }, userEvent: 'input.type' })])
    this.sync.handleEdit()
  }

  breakConnection(): void {
    this.socket?.terminate()
  }

  closeClient(): void {
    this.client.close()
  }

  private randomPosition(): number {
    return this.outsidePair(below(this.state.doc.length + 1))
  }

  /** Moves a position that would split a surrogate pair. */
  private outsidePair(at: number): number {
    return /^[\udc00-\udfff]/.test(this.state.sliceDoc(at, at + 1)) ? at - 1 : Math.max(0, at)
  }

  private resetEditor(text: string, version: number): void {
    const clientID = Math.random().toString(36).slice(2).padEnd(10, '0')
    this.state = EditorState.create({ doc: text, extensions: collab({ startVersion: version, clientID }) })
  }

  private createSocket(): Socket {
    this.socket = new WebSocket(`${address}?role=interviewer&id=${this.id}`, SUBPROTOCOL)
    this.socket.on('error', () => {}) // a close event follows
    return this.socket as unknown as Socket
  }

  private handleMessage(message: ServerMessage): void {
    if (message.type === 'welcome') {
      const code = message.documents.find((document) => document.doc === 'code')
      if (code) this.sync.handleWelcome(code)
    } else if (message.type === 'updates' && message.doc === 'code') this.sync.handleUpdates(message)
    else if (message.type === 'ack' && message.doc === 'code') this.sync.handleAck(message)
    else if (message.type === 'resync' && message.doc === 'code') this.sync.handleResync(message)
    else if (message.type === 'error') this.sync.handleFailure(message)
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function main(): Promise<void> {
  const clients = ['anna', 'bo', 'chen'].map((id) => new EditingClient(id))
  while (!clients.every((client) => client.sync.resumePoint())) await sleep(5)
  for (let round = 0; round < EDITS; round++) {
    for (const client of clients) {
      client.editAtRandom()
      if (below(12) === 0) client.breakConnection()
    }
    if (round === EDITS / 2) console.log('half')
    await sleep(below(40))
  }
  const head = () => Math.max(...clients.map((client) => client.sync.version))
  while (!clients.every((client) => client.sync.unsavedCount === 0 && client.sync.version === head())) await sleep(20)
  console.log(
    JSON.stringify({
      texts: clients.map((client) => client.state.doc.toString()),
      version: head(),
      dropped: clients.flatMap((client) => client.dropped),
    }),
  )
  clients.forEach((client) => client.closeClient())
}

void main()
