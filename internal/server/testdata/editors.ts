// Several of the product's own room clients in one room of a true server, over lines that break, typing at once.
// Prints "half" when half of the edits are made, and at the end one line of JSON with what each came to.
//
//   node editors.js <address of the room's socket> <seed>

import { collab } from '@codemirror/collab'
import { EditorState, type Transaction } from '@codemirror/state'
import { WebSocket } from 'ws'
import { RoomClient, type Socket } from '../../../web/src/room/client'
import { SUBPROTOCOL, type ServerMessage } from '../../../web/src/room/protocol'
import { DocumentSync, type Port } from '../../../web/src/room/sync'

const [address, seedText] = process.argv.slice(2)
const EDITS = 60
const words = [
  'a', '会面', '😀', '\n', 'x y', '"\\',
  '', // last: only where something is removed
]
let seed = Number(seedText) >>> 0

function below(n: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * n)
}

class Person implements Port {
  state = EditorState.create()
  dropped: string[] = []
  private line: WebSocket | undefined
  private readonly client: RoomClient
  readonly sync: DocumentSync

  constructor(private readonly id: string) {
    this.sync = new DocumentSync({
      doc: 'code',
      port: this,
      send: (message) => this.client.send(message),
      reset: (text, version) => this.reset(text, version),
      limits: () => ({ documentUnits: 524288, pushUpdates: 256, pushUnits: 262144, chatUnits: 4000, stdinBytes: 65536 }),
      changed: () => {},
      dropped: (_text, code) => this.dropped.push(code),
      restart: () => this.client.restart(),
    })
    this.client = new RoomClient({
      open: () => this.open(),
      ask: () => Promise.resolve(undefined),
      documents: () => [this.sync.known()].filter((known) => known !== undefined),
      receive: (message) => this.receive(message),
      changed: () => {},
      lost: () => this.sync.disconnected(),
      random: () => 0.1,
    })
    this.client.start()
  }

  dispatch(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.state = transaction.state
  }

  /** Makes one change, never an empty one: the history must have as many updates as there were edits. */
  edit(): void {
    let [from, to] = [this.place(), this.place()].sort((a, b) => a - b) as [number, number]
    if (to - from > 6 || below(3) > 0) to = from
    const insert = words[below(words.length - (from === to ? 1 : 0))] as string
    this.dispatch([this.state.update({ changes: { from, to, insert: this.state.toText(insert) }, userEvent: 'input.type' })])
    this.sync.edited()
  }

  cut(): void {
    this.line?.terminate()
  }

  leave(): void {
    this.client.close()
  }

  private place(): number {
    return this.whole(below(this.state.doc.length + 1))
  }

  /** A position that cuts no pair. */
  private whole(at: number): number {
    return /^[\udc00-\udfff]/.test(this.state.sliceDoc(at, at + 1)) ? at - 1 : Math.max(0, at)
  }

  private reset(text: string, version: number): void {
    const clientID = Math.random().toString(36).slice(2).padEnd(10, '0')
    this.state = EditorState.create({ doc: text, extensions: collab({ startVersion: version, clientID }) })
  }

  private open(): Socket {
    this.line = new WebSocket(`${address}?role=interviewer&id=${this.id}`, SUBPROTOCOL)
    this.line.on('error', () => {}) // a close follows
    return this.line as unknown as Socket
  }

  private receive(message: ServerMessage): void {
    if (message.type === 'welcome') {
      const code = message.documents.find((document) => document.doc === 'code')
      if (code) this.sync.welcome(code)
    } else if (message.type === 'updates' && message.doc === 'code') this.sync.updates(message)
    else if (message.type === 'ack' && message.doc === 'code') this.sync.ack(message)
    else if (message.type === 'resync' && message.doc === 'code') this.sync.resync(message)
    else if (message.type === 'error') this.sync.failed(message)
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function main(): Promise<void> {
  const people = ['anna', 'bo', 'chen'].map((id) => new Person(id))
  while (!people.every((person) => person.sync.known())) await wait(5)
  for (let round = 0; round < EDITS; round++) {
    for (const person of people) {
      person.edit()
      if (below(12) === 0) person.cut()
    }
    if (round === EDITS / 2) console.log('half')
    await wait(below(40))
  }
  const head = () => Math.max(...people.map((person) => person.sync.version))
  while (!people.every((person) => person.sync.unsaved === 0 && person.sync.version === head())) await wait(20)
  console.log(
    JSON.stringify({
      texts: people.map((person) => person.state.doc.toString()),
      version: head(),
      dropped: people.flatMap((person) => person.dropped),
    }),
  )
  people.forEach((person) => person.leave())
}

void main()
