// A shared document: its editor, its synchronisation and the remote cursors.

import { ChangeSet } from '@codemirror/state'
import type { RoomClient } from './client'
import { Editor } from './editor'
import type { Cursor, DocumentName, DocumentState, Failure, Limits, Participant, Resync, Ack, Updates } from './protocol'
import { DocumentSync } from './sync'

export interface DocumentOptions {
  doc: DocumentName
  label: string
  placeholder?: string
  phrases?: Record<string, string>
  client: RoomClient
  getLimits: () => Limits
  findPerson: (id: string) => Participant | undefined
  /** whether the text was copied from the room, or is or was in it */
  isFromRoom: (text: string) => boolean
  onCopy: (text: string) => void
  onChange: (document: SharedDocument) => void
  onTextChange?: () => void
  onDropped: (doc: DocumentName, text: string, code: string) => void
  onRefused: (reason: 'too_large') => void
  onSubmit?: () => void
}

const CURSOR_INTERVAL_MS = 120

export class SharedDocument {
  readonly editor: Editor
  readonly sync: DocumentSync
  private readonly pendingCursors = new Map<string, Cursor>()
  private cursorTimer: ReturnType<typeof setTimeout> | undefined
  private lastSentCursor = '' // version and ranges as JSON
  private hasBeenFocused = false // before the first focus there is no cursor to send

  constructor(private readonly options: DocumentOptions) {
    const { doc, client } = options
    this.editor = new Editor({
      kind: doc === 'notes' ? 'prose' : 'code',
      label: options.label,
      placeholder: options.placeholder,
      phrases: options.phrases,
      getLimits: options.getLimits,
      onEdit: () => this.sync.handleEdit(),
      onTextChange: options.onTextChange,
      onCompositionEnd: () => this.sync.handleCompositionEnd(),
      onCursorMove: () => this.scheduleCursor(),
      onPaste: (text) => this.reportPaste(text),
      onCopy: options.onCopy,
      onRefused: options.onRefused,
      onSubmit: options.onSubmit,
    })
    this.sync = new DocumentSync({
      doc,
      port: this.editor,
      send: (message) => client.send(message),
      resetEditor: (text, version) => this.editor.resetText(text, version),
      restoreEditor: ({ text, version, clientId, pending }) => this.editor.restoreText(text, version, clientId, pending.map((changes) => ChangeSet.fromJSON(changes))),
      getLimits: options.getLimits,
      onChange: () => this.handleSyncChange(),
      onDropped: (text, code) => options.onDropped(doc, text, code),
      reconnect: () => client.reconnect(),
      onReplaced: () => this.editor.clearHistory(),
      isComposing: () => this.editor.isComposing,
    })
  }

  get name(): DocumentName {
    return this.options.doc
  }

  handleWelcome(document: DocumentState, cursors: Cursor[]): void {
    this.sync.handleWelcome(document)
    this.lastSentCursor = ''
    this.hideCursors()
    cursors.filter((showCursor) => showCursor.doc === this.options.doc).forEach((cursor) => this.showCursor(cursor))
    this.scheduleCursor()
  }

  /** The document is shown. One that the client has already is up to date by its updates. */
  handleShown(document: DocumentState): void {
    if (!this.sync.isInitialized) this.sync.handleWelcome(document)
  }

  handleUpdates(message: Updates): void {
    this.sync.handleUpdates(message)
  }

  handleAck(message: Ack): void {
    this.sync.handleAck(message)
  }

  handleResync(message: Resync): void {
    this.sync.handleResync(message)
  }

  handleFailure(message: Failure): boolean {
    return this.sync.handleFailure(message)
  }

  handleDisconnect(): void {
    clearTimeout(this.cursorTimer)
    this.cursorTimer = undefined
    this.sync.handleDisconnect()
  }

  showCursor(cursor: Cursor): void {
    const { connection, participantId } = cursor
    this.pendingCursors.delete(connection)
    const person = this.options.findPerson(participantId)
    const ranges = this.sync.mapToCurrent(cursor.version, cursor.ranges, participantId)
    if (ranges === 'later') this.pendingCursors.set(connection, cursor)
    if (typeof ranges === 'string' || !person) return
    const { name, color } = person
    this.editor.showRemoteCursor({ connection, participantId, name, color, ranges })
  }

  hideCursors(): void {
    this.pendingCursors.clear()
    this.editor.hideAllRemoteCursors()
  }

  removeCursor(connection: string): void {
    this.pendingCursors.delete(connection)
    this.editor.hideRemoteCursor(connection)
  }

  /** Destroys the document, and reports edits that are not stored. */
  discard(): void {
    if (this.sync.unsavedCount > 0) this.options.onDropped(this.options.doc, this.editor.state.doc.toString(), 'not_found')
    this.destroy()
  }

  destroy(): void {
    this.handleDisconnect()
    this.editor.destroy()
  }

  private handleSyncChange(): void {
    this.options.onChange(this)
    for (const cursor of [...this.pendingCursors.values()]) this.showCursor(cursor)
  }

  private reportPaste(text: string): void {
    if (text === '') return
    const { doc, client, isFromRoom } = this.options
    const { length } = text.replace(/\r\n/g, '\n') // as the document counts it
    client.send({ type: 'paste', doc, length, outside: !isFromRoom(text) })
  }

  // Sends the cursor at most once per CURSOR_INTERVAL_MS.
  private scheduleCursor(): void {
    this.hasBeenFocused ||= this.editor.isFocused
    if (!this.hasBeenFocused) return
    if (this.cursorTimer !== undefined) return
    this.cursorTimer = setTimeout(() => {
      this.cursorTimer = undefined
      this.sendCursor()
    }, CURSOR_INTERVAL_MS)
  }

  private sendCursor(): void {
    if (!this.hasBeenFocused || !this.sync.resumePoint()) return
    const { doc, client } = this.options
    const ranges = this.sync.mapToConfirmed(this.editor.selectionRanges())
    const serialized = JSON.stringify([this.sync.version, ranges])
    if (serialized === this.lastSentCursor) return
    if (client.sendVolatile({ type: 'cursor', doc, version: this.sync.version, ranges })) this.lastSentCursor = serialized
  }
}
