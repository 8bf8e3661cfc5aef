// A shared document on the screen: the editor, its step with the server, and the cursors of the others.

import type { RoomClient } from './client'
import { Editor } from './editor'
import type { Cursor, Doc, DocumentState, Failure, Limits, Participant, Resync, Ack, Updates } from './protocol'
import { DocumentSync } from './sync'

export interface DocumentOptions {
  doc: Doc
  label: string
  placeholder?: string
  phrases?: Record<string, string>
  client: RoomClient
  limits: () => Limits
  person: (id: string) => Participant | undefined
  /** true when the text was copied from this page */
  fromHere: (text: string) => boolean
  copied: (text: string) => void
  changed: () => void
  dropped: (doc: Doc, text: string, code: string) => void
  refused: (reason: 'too_large') => void
  submit?: () => void
}

const CURSOR_EVERY_MS = 120

export class SharedDocument {
  readonly editor: Editor
  readonly sync: DocumentSync
  private readonly late = new Map<string, Cursor>()
  private cursorTimer: ReturnType<typeof setTimeout> | undefined
  private shown = '' // the cursor as it was last told
  private placed = false // the person has been in the text; before that there is no cursor to show

  constructor(private readonly options: DocumentOptions) {
    const { doc, client } = options
    this.editor = new Editor({
      kind: doc === 'code' ? 'code' : 'prose',
      label: options.label,
      placeholder: options.placeholder,
      phrases: options.phrases,
      limits: options.limits,
      edited: () => this.sync.edited(),
      composed: () => this.sync.composed(),
      moved: () => this.moved(),
      pasted: (text) => this.pasted(text),
      copied: options.copied,
      refused: options.refused,
      submit: options.submit,
    })
    this.sync = new DocumentSync({
      doc,
      port: this.editor,
      send: (message) => client.send(message),
      reset: (text, version) => this.editor.reset(text, version),
      limits: options.limits,
      changed: () => this.synced(),
      dropped: (text, code) => options.dropped(doc, text, code),
      restart: () => client.restart(),
      composing: () => this.editor.composing,
    })
  }

  welcome(document: DocumentState, cursors: Cursor[]): void {
    this.sync.welcome(document)
    this.shown = ''
    this.hideCursors()
    cursors.filter((cursor) => cursor.doc === this.options.doc).forEach((cursor) => this.cursor(cursor))
    this.moved()
  }

  updates(message: Updates): void {
    this.sync.updates(message)
  }

  ack(message: Ack): void {
    this.sync.ack(message)
  }

  resync(message: Resync): void {
    this.sync.resync(message)
  }

  failed(message: Failure): boolean {
    return this.sync.failed(message)
  }

  disconnected(): void {
    clearTimeout(this.cursorTimer)
    this.cursorTimer = undefined
    this.sync.disconnected()
  }

  cursor(cursor: Cursor): void {
    const { connection, participantId } = cursor
    this.late.delete(connection)
    const person = this.options.person(participantId)
    const ranges = this.sync.locate(cursor.version, cursor.ranges, participantId)
    if (ranges === 'later') this.late.set(connection, cursor)
    if (typeof ranges === 'string' || !person) return
    const { name, color } = person
    this.editor.showPeer({ connection, participantId, name, color, ranges })
  }

  hideCursors(): void {
    this.late.clear()
    this.editor.hideAllPeers()
  }

  cursorGone(connection: string): void {
    this.late.delete(connection)
    this.editor.hidePeer(connection)
  }

  destroy(): void {
    this.disconnected()
    this.editor.destroy()
  }

  private synced(): void {
    this.options.changed()
    for (const cursor of [...this.late.values()]) this.cursor(cursor)
  }

  private pasted(text: string): void {
    if (text === '') return
    const { doc, client, fromHere } = this.options
    const { length } = text.replace(/\r\n/g, '\n') // as the document will count it
    client.send({ type: 'paste', doc, length, outside: !fromHere(text) })
  }

  // The first move is told at once, the next ones together.
  private moved(): void {
    this.placed ||= this.editor.focused
    if (!this.placed) return
    if (this.cursorTimer !== undefined) return
    this.cursorTimer = setTimeout(() => {
      this.cursorTimer = undefined
      this.tell()
    }, CURSOR_EVERY_MS)
  }

  private tell(): void {
    if (!this.placed || !this.sync.known()) return
    const { doc, client } = this.options
    const ranges = this.sync.confirmedRanges(this.editor.ranges())
    const told = JSON.stringify([this.sync.version, ranges])
    if (told === this.shown) return
    if (client.sendIfQuick({ type: 'cursor', doc, version: this.sync.version, ranges })) this.shown = told
  }
}
