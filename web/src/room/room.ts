// A room as a page uses it: what is shown (store), what one can do (methods), and the two documents.

import { RoomClient, type ConnectionState, type Refusal, type Socket } from './client'
import { SharedDocument } from './document'
import { randomId } from './editor'
import type { ClientMessage, Doc, Failure, ServerMessage, Welcome } from './protocol'
import { canRun, may, reduce, Store } from './store'

export interface RoomOptions {
  open: () => Socket
  ask: () => Promise<Refusal | undefined>
  labels: { code: string; notes: string; notesHint: string; phrases?: Record<string, string> }
  /** A request was refused; `code` as in docs/room-protocol.md, or one of our own. */
  notice: (code: string) => void
}

const MOST_UNSENT = 50
const CHAT_RETRY_MS = 4_000
const REMEMBERED_COPIES = 20
const LAST_WORDS_MS = 5_000

export class RoomSession {
  readonly store = new Store()
  readonly code: SharedDocument
  readonly notes: SharedDocument
  /** given to the program at the next run */
  stdin = ''
  private readonly client: RoomClient
  private readonly unsent = new Map<string, string>() // chat by ref, until the server has stored it
  private readonly copies: string[] = []
  private readonly leave = new AbortController()
  private focused: boolean | null = null
  private running = false

  constructor(private readonly options: RoomOptions) {
    this.client = new RoomClient({
      open: options.open,
      ask: options.ask,
      documents: () => [this.code, this.notes].flatMap((document) => document.sync.known() ?? []),
      receive: (message) => this.receive(message),
      changed: (state, refusal) => this.connectionChanged(state, refusal),
      lost: () => this.documents().forEach((document) => document.disconnected()),
    })
    this.code = this.document('code', options.labels.code)
    this.notes = this.document('notes', options.labels.notes, options.labels.notesHint)
  }

  enter(): void {
    this.listen()
    this.client.start()
  }

  /** Leaves once everything that was typed is stored, or after a few seconds. */
  close(): void {
    this.leave.abort()
    if (this.store.get().unsaved === 0) return this.closeNow()
    const late = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))
    const stored = Promise.allSettled([this.code.sync.settled(), this.notes.sync.settled()])
    void Promise.race([late, stored]).then(() => this.closeNow())
  }

  private closeNow(): void {
    this.client.close()
    this.documents().forEach((document) => document.destroy())
  }

  chat(text: string): boolean {
    const { you, limits } = this.store.get()
    if (!you || text.length > limits.chatUnits || this.unsent.size >= MOST_UNSENT) return false
    const ref = randomId()
    this.unsent.set(ref, text)
    const item = { author: you.id, name: you.name, text, ref, delivery: 'sending' as const }
    this.store.update((snapshot) => ({ ...snapshot, chat: [...snapshot.chat, item] }))
    this.client.send({ type: 'chat', text, ref })
    return true
  }

  /** Runs the text with everything that is typed by now. */
  async run(): Promise<void> {
    if (this.running || !canRun(this.store.get())) return
    this.running = true
    try {
      const version = await this.code.sync.settled()
      const stdin = this.stdin || undefined
      if (!this.client.send({ type: 'run', version, stdin, ref: randomId() })) this.options.notice('offline')
    } catch {
      this.options.notice('offline')
    } finally {
      this.running = false
    }
  }

  stop(runId: string): void {
    this.request({ type: 'run_stop', runId, ref: randomId() })
  }

  chooseLanguage(language: string): void {
    this.request({ type: 'language', language, ref: randomId() })
  }

  chooseProblem(questionId: string | null): void {
    this.request({ type: 'problem', questionId, ref: randomId() })
  }

  admit(participantId: string): void {
    this.request({ type: 'admit', participantId, ref: randomId() })
  }

  turnAway(participantId: string): void {
    this.request({ type: 'turn_away', participantId, ref: randomId() })
  }

  start(): void {
    this.request({ type: 'start', ref: randomId() })
  }

  end(): void {
    this.request({ type: 'end', ref: randomId() })
  }

  /** Asks for everything anew; what is typed and not stored yet is kept. */
  refresh(): void {
    this.client.restart()
  }

  /** The person has seen (and perhaps copied) the text that could not be stored. */
  forgetDropped(): void {
    this.store.update((snapshot) => ({ ...snapshot, dropped: null }))
  }

  private request(message: ClientMessage): void {
    if (!this.client.send(message)) this.options.notice('offline')
  }

  private documents(): SharedDocument[] {
    return [this.code, this.notes]
  }

  private named(doc: Doc): SharedDocument {
    return doc === 'code' ? this.code : this.notes
  }

  private document(doc: Doc, label: string, placeholder?: string): SharedDocument {
    return new SharedDocument({
      doc,
      label,
      placeholder,
      phrases: this.options.labels.phrases,
      client: this.client,
      limits: () => this.store.get().limits,
      person: (id) => this.store.get().people.get(id),
      fromHere: (text) => this.copies.includes(normal(text)),
      copied: (text) => this.remember(text),
      changed: () => this.count(),
      dropped: (name, text, code) => this.store.update((snapshot) => ({ ...snapshot, dropped: { doc: name, text, code } })),
      refused: this.options.notice,
      submit: doc === 'code' ? () => void this.run() : undefined,
    })
  }

  private receive(message: ServerMessage): void {
    this.store.update((snapshot) => reduce(snapshot, message, Date.now()))
    switch (message.type) {
      case 'welcome':
        return this.welcomed(message)
      case 'updates':
        return this.named(message.doc).updates(message)
      case 'ack':
        return this.named(message.doc).ack(message)
      case 'resync':
        return this.named(message.doc).resync(message)
      case 'cursor':
        return this.named(message.doc).cursor(message)
      case 'cursor_gone':
        return this.documents().forEach((document) => document.cursorGone(message.connection))
      case 'chat':
        return void this.unsent.delete(message.message.ref)
      case 'language':
        return void this.code.editor.setLanguage(message.language)
      case 'state':
        return this.stateChanged()
      case 'error':
        return this.failed(message)
    }
  }

  private welcomed(message: Welcome): void {
    for (const document of message.documents) this.named(document.doc).welcome(document, message.cursors)
    void this.code.editor.setLanguage(message.room.language)
    this.stateChanged()
    this.unsent.forEach((text, ref) => this.client.send({ type: 'chat', text, ref }))
    this.focused = null
    this.tellFocus()
  }

  private stateChanged(): void {
    const snapshot = this.store.get()
    this.code.editor.setReadOnly(!may(snapshot, 'edit'))
    this.notes.editor.setReadOnly(!may(snapshot, 'notes'))
    if (snapshot.room?.state !== 'ended') return
    this.documents().forEach((document) => document.hideCursors())
    this.client.finish()
  }

  private failed(message: Failure): void {
    if (message.doc && this.named(message.doc).failed(message)) return
    const text = message.ref === undefined ? undefined : this.unsent.get(message.ref)
    if (text === undefined || message.ref === undefined) return this.options.notice(message.code)
    this.chatFailed(message.ref, text, message)
  }

  private chatFailed(ref: string, text: string, message: Failure): void {
    if (message.code === 'rate' || message.code === 'busy') {
      setTimeout(() => this.unsent.has(ref) && this.client.send({ type: 'chat', text, ref }), message.retryAfterMs ?? CHAT_RETRY_MS)
      return
    }
    this.unsent.delete(ref)
    const mark = { delivery: 'failed' as const, error: message.code }
    this.store.update((snapshot) => ({
      ...snapshot,
      chat: snapshot.chat.map((item) => (item.ref === ref && item.delivery ? { ...item, ...mark } : item)),
    }))
  }

  private connectionChanged(connection: ConnectionState, refusal?: Refusal): void {
    this.store.update((snapshot) => ({ ...snapshot, connection, refusal: refusal ?? null }))
  }

  private count(): void {
    const unsaved = this.documents().reduce((sum, document) => sum + document.sync.unsaved, 0)
    this.store.update((snapshot) => (snapshot.unsaved === unsaved ? snapshot : { ...snapshot, unsaved }))
  }

  private remember(text: string): void {
    if (text === '') return
    this.copies.push(normal(text))
    if (this.copies.length > REMEMBERED_COPIES) this.copies.shift()
  }

  private listen(): void {
    const { signal } = this.leave
    const nudge = () => this.client.nudge()
    window.addEventListener('online', nudge, { signal })
    window.addEventListener('offline', nudge, { signal })
    window.addEventListener('focus', () => this.tellFocus(), { signal })
    window.addEventListener('blur', () => this.tellFocus(), { signal })
    document.addEventListener('copy', () => this.remember(document.getSelection()?.toString() ?? ''), { signal })
    document.addEventListener(
      'visibilitychange',
      () => {
        this.tellFocus()
        if (document.visibilityState === 'visible') nudge()
        else this.documents().forEach(({ sync }) => sync.flush())
      },
      { signal },
    )
    window.addEventListener(
      'beforeunload',
      (event) => {
        if (this.store.get().unsaved > 0) event.preventDefault()
      },
      { signal },
    )
  }

  private tellFocus(): void {
    const { you, waiting, room } = this.store.get()
    if (!you || waiting || room?.state === 'ended') return
    const focused = document.visibilityState === 'visible' && document.hasFocus()
    if (focused !== this.focused && this.client.send({ type: 'focus', focused })) this.focused = focused
  }
}

// A copy from the page and the same text in the clipboard differ in line ends and outer blanks.
function normal(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim()
}
