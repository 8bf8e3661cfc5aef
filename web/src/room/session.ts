// The room session of a page: its state (store), its commands (methods) and its documents.

import { DrawingSync } from '@/drawing/sync'
import { AnswerFiles } from './answerFiles'
import { AnswerPreview } from './answerPreview'
import { RoomClient, type ConnectionState, type ConnectionError, type Socket } from './client'
import { SharedDocument } from './document'
import type { DraftStore } from './drafts'
import { randomId } from './editor'
import { addPageListeners } from './pageListeners'
import { CopyLog, isInTexts } from './pasteOrigin'
import type { ClientMessage, DocumentName, Failure, FileName, FilesChange, Participant, Problem, ServerMessage, ServerMessageOf, TerminalSize, Welcome } from './protocol'
import { starterIn } from './starter'
import { StarterCode } from './starterCode'
import { canRun, hasPage, hasPermission, applyMessage, RoomStore } from './store'
import { FIRST_SIZE, Terminals } from './terminals'

export interface RoomOptions {
  createSocket: () => Socket
  checkAccess: () => Promise<ConnectionError | undefined>
  labels: { code: string; notes: string; notesHint: string; phrases?: Record<string, string> }
  /** Where unsaved edits are kept for the next page of the participant. */
  drafts?: DraftStore
  /** Called when a request failed; `code` as in docs/room-protocol.md, or 'offline' or 'too_large'. */
  onNotice: (code: string) => void
}

const MAX_UNSENT_CHAT = 50
const CHAT_RETRY_MS = 4_000
const CLOSE_TIMEOUT_MS = 5_000
const DRAFT_TIMEOUT_MS = 1_000
const OUTPUT_INTERVAL_MS = 200 // between two updates of the page by the output of runs

export class RoomSession {
  readonly store = new RoomStore()
  readonly notes: SharedDocument
  private readonly files: AnswerFiles
  readonly preview: AnswerPreview
  readonly starter: StarterCode
  /** standard input of the next run */
  stdin = ''
  readonly terminals: Terminals
  readonly drawing: DrawingSync
  private readonly client: RoomClient
  private readonly unsentChat = new Map<string, string>() // chat text by ref, until the server has stored it
  private readonly copies = new CopyLog(() => this.store.getSnapshot().room?.id ?? '')
  private readonly listenerAbort = new AbortController()
  private reportedFocus: boolean | null = null
  private isUnloading = false
  private runPending = false
  /** the question that this page has shown, until all see it */
  private requestedQuestion: string | undefined
  /** the language that this page has chosen, and the one before it, until all see it */
  private requestedLanguage: { language: string; previous: string } | undefined
  /** the paths of files that this page has created, until all see them */
  private requestedFiles = new Set<string>()
  private pendingOutput: ServerMessageOf<'run_output'>[] = []
  private outputShownAt = -Infinity
  private outputTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: RoomOptions) {
    this.client = new RoomClient({
      createSocket: options.createSocket,
      checkAccess: options.checkAccess,
      drawingSeq: () => this.drawing.resumePoint(),
      documentVersions: () => this.allDocuments().flatMap(({ sync }) => sync.resumePoint() ?? []),
      onMessage: (message) => this.handleMessage(message),
      onStateChange: (state, refusal) => this.handleConnectionChange(state, refusal),
      onDisconnect: () => {
        this.allDocuments().forEach((document) => document.handleDisconnect())
        this.drawing.handleDisconnect()
      },
    })
    this.drawing = new DrawingSync({
      send: (message) => this.client.send(message),
      createRef: randomId,
      onNotice: options.onNotice,
      onUnsavedChange: () => this.updateUnsavedCount(),
    })
    this.terminals = new Terminals({
      send: (message) => this.client.send(message),
      outputOf: (runId) => this.outputOf(runId),
      onNotice: options.onNotice,
    })
    this.files = new AnswerFiles(this.store, (doc) => this.createDocument(doc, options.labels.code))
    this.preview = new AnswerPreview(this.store, this.files)
    this.starter = new StarterCode(this.store, this.files, (files) => this.createFiles(files, false))
    this.notes = this.createDocument('notes', options.labels.notes, options.labels.notesHint)
  }

  connect(): void {
    this.addEventListeners()
    const { drafts } = this.options
    if (!drafts) return this.client.start()
    void this.restoreDrafts(drafts).finally(() => this.isClosed || this.client.start())
  }

  /** Continues with the unsaved edits of a page that has ended. A browser that does not answer delays nothing. */
  private async restoreDrafts(drafts: DraftStore): Promise<void> {
    const timeout = new Promise<[]>((resolve) => setTimeout(() => resolve([]), DRAFT_TIMEOUT_MS))
    const claimed = await Promise.race([drafts.claim().catch(() => []), timeout])
    if (this.isClosed || claimed.length === 0) return
    for (const { doc, draft } of claimed) {
      const document = doc === 'notes' ? this.notes : this.openFile(doc)
      document.sync.restoreDraft(draft)
    }
    this.options.onNotice('restored')
  }

  private get isClosed(): boolean {
    return this.listenerAbort.signal.aborted
  }

  /** Disconnects once all edits are stored, or after CLOSE_TIMEOUT_MS. */
  close(): void {
    this.listenerAbort.abort()
    if (this.store.getSnapshot().unsavedCount === 0) return this.disconnect()
    const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS))
    const stored = Promise.allSettled([...this.allDocuments().map(({ sync }) => sync.whenStored()), this.drawing.whenStored()])
    void Promise.race([timeout, stored]).then(() => this.disconnect())
  }

  private disconnect(): void {
    clearTimeout(this.outputTimer)
    this.terminals.close()
    this.client.close()
    this.drawing.destroy()
    this.allDocuments().forEach((document) => document.destroy())
    void this.options.drafts?.release()
  }

  sendChat(text: string): boolean {
    const { you, limits } = this.store.getSnapshot()
    if (!you || text.length > limits.chatUnits || this.unsentChat.size >= MAX_UNSENT_CHAT) return false
    const ref = randomId()
    this.unsentChat.set(ref, text)
    const item = { author: you.id, name: you.name, text, ref, delivery: 'sending' as const }
    this.store.update((snapshot) => ({ ...snapshot, chat: [...snapshot.chat, item] }))
    this.client.send({ type: 'chat', text, ref })
    return true
  }

  /** Runs the code once all edits made so far are stored, or shows the page. */
  async runCode(): Promise<void> {
    if (hasPage(this.store.getSnapshot())) return this.preview.notify('request')
    if (new TextEncoder().encode(this.stdin).length > this.store.getSnapshot().limits.stdinBytes) return this.options.onNotice('run.stdin')
    return this.startRun({ stdin: this.stdin || undefined })
  }

  /** Runs the test cases of the question likewise. */
  async runTests(): Promise<void> {
    return this.startRun({ tests: true })
  }

  /** Runs the code in a terminal likewise, or the interactive shell of a language beside copies of the files. */
  async runInTerminal(shell?: string): Promise<void> {
    return this.startRun({ terminal: FIRST_SIZE, shell })
  }

  private async startRun(input: { stdin?: string; tests?: boolean; terminal?: TerminalSize; shell?: string }): Promise<void> {
    const snapshot = this.store.getSnapshot()
    if (this.runPending || !canRun(snapshot)) return
    this.runPending = true
    try {
      const versions = snapshot.files.files.map(async ({ doc }) => ({ doc, version: await this.openFile(doc).sync.whenStored() }))
      const version = (await Promise.all(versions)).find(({ doc }) => doc === snapshot.files.entry)?.version ?? 0
      if (!this.client.send({ type: 'run', doc: snapshot.answer, version, ...input, ref: randomId() })) this.options.onNotice('offline')
    } catch {
      this.options.onNotice('offline')
    } finally {
      this.runPending = false
    }
  }

  stopRun(runId: string): void {
    this.sendRequest({ type: 'run_stop', runId, ref: randomId() })
  }

  /** Chooses the language of the current answer. Unchanged starter code is replaced by that of the language. */
  setLanguage(language: string): void {
    const { answer, room } = this.store.getSnapshot()
    this.requestedLanguage = { language, previous: room?.language ?? '' }
    this.sendRequest({ type: 'language', doc: answer, language, ref: randomId() })
  }

  /** Shows a file of the current answer on this page. */
  showFile(doc: FileName): void {
    this.store.update((snapshot) => ({ ...snapshot, shownFiles: { ...snapshot.shownFiles, [snapshot.answer]: doc } }))
  }

  /** Creates files in the current answer, and shows the first one unless `isShown` is false. */
  createFiles(files: { path: string; text?: string }[], isShown = true): void {
    if (isShown) this.requestedFiles = new Set(files.map(({ path }) => path))
    this.sendRequest({ type: 'file_create', answer: this.store.getSnapshot().answer, files, ref: randomId() })
  }

  /** Renames a file, or moves it to another folder. */
  renameFile(doc: FileName, path: string): void {
    this.sendRequest({ type: 'file_rename', doc, path, ref: randomId() })
  }

  deleteFile(doc: FileName): void {
    this.sendRequest({ type: 'file_delete', doc, ref: randomId() })
  }

  /** Makes a file the one that runs. */
  setEntry(doc: FileName): void {
    this.sendRequest({ type: 'file_entry', doc, ref: randomId() })
  }

  /** Shows a question to all. A new answer starts with the starter code. */
  setProblem(questionId: string | null): void {
    this.requestedQuestion = questionId ?? undefined
    this.sendRequest({ type: 'problem', questionId, ref: randomId() })
  }

  /** Adds a question of the question bank to the interview, at the end of its list. */
  addQuestion(questionId: string): void {
    this.sendRequest({ type: 'question_add', questionId, ref: randomId() })
  }

  /** Marks a question as done for all interviewers, or as not done. */
  markQuestion(questionId: string, done: boolean): void {
    this.sendRequest({ type: 'question_done', questionId, done, ref: randomId() })
  }

  admitParticipant({ id, device }: Participant): void {
    this.sendRequest({ type: 'admit', participantId: id, device, ref: randomId() })
  }

  turnAwayParticipant({ id, device }: Participant): void {
    this.sendRequest({ type: 'turn_away', participantId: id, device, ref: randomId() })
  }

  startInterview(): void {
    this.sendRequest({ type: 'start', ref: randomId() })
  }

  endInterview(): void {
    this.sendRequest({ type: 'end', ref: randomId() })
  }

  /** Moves the planned end by 15 minutes. */
  extendInterview(): void {
    this.sendRequest({ type: 'extend', ref: randomId() })
  }

  reopenInterview(): void {
    this.sendRequest({ type: 'reopen', ref: randomId() })
  }

  /** Reconnects to receive the complete state again. Unsaved edits are kept. */
  reconnect(): void {
    this.client.reconnect()
  }

  /** Clears the text that could not be stored, after the user has seen it. */
  dismissDroppedText(): void {
    this.store.update((snapshot) => ({ ...snapshot, droppedText: null }))
  }

  private sendRequest(message: ClientMessage): void {
    if (!this.client.send(message)) this.options.onNotice('offline')
  }

  /** The document of a file. */
  openFile(name: FileName): SharedDocument {
    return this.files.open(name)
  }

  /** The document of the entry of the current answer. */
  get answer(): SharedDocument {
    return this.openFile(this.store.getSnapshot().files.entry)
  }

  private allDocuments(): SharedDocument[] {
    return [...this.files.all(), this.notes]
  }

  /** A document that this page has; an answer that is not shown has none. */
  private documentFor(doc: DocumentName): SharedDocument | undefined {
    return doc === 'notes' ? this.notes : this.files.get(doc)
  }

  private createDocument(doc: DocumentName, label: string, placeholder?: string): SharedDocument {
    return new SharedDocument({
      doc,
      label,
      placeholder,
      phrases: this.options.labels.phrases,
      client: this.client,
      getLimits: () => (doc === 'notes' ? this.store.getSnapshot().limits : this.files.limitsOf(doc)),
      findPerson: (id) => this.store.getSnapshot().peopleById.get(id),
      isFromRoom: (text) => this.copies.includes(text) || isInTexts(text, this.roomTexts()),
      onCopy: (text) => this.copies.remember(text),
      onChange: (document) => this.handleDocumentChange(document),
      onDropped: (name, text, code) => this.store.update((snapshot) => ({ ...snapshot, droppedText: { doc: name, text, code } })),
      onRefused: this.options.onNotice,
      onTextChange: doc === 'notes' ? undefined : () => this.preview.notify('change'),
      onSubmit: doc === 'notes' ? undefined : () => void this.runCode(),
    })
  }

  // A program can print faster than a page can be laid out.
  private deferOutput(message: ServerMessageOf<'run_output'>): void {
    this.pendingOutput.push(message)
    const wait = this.outputShownAt + OUTPUT_INTERVAL_MS - performance.now()
    if (wait <= 0) this.showOutput()
    else this.outputTimer ??= setTimeout(() => this.showOutput(), wait)
  }

  private showOutput(): void {
    clearTimeout(this.outputTimer)
    this.outputTimer = undefined
    if (this.pendingOutput.length === 0) return
    this.outputShownAt = performance.now()
    const messages = this.pendingOutput.splice(0)
    this.store.update((snapshot) => messages.reduce((next, message) => applyMessage(next, message, performance.now()), snapshot))
  }

  private outputOf(runId: string): string {
    this.showOutput()
    const run = this.store.getSnapshot().runs.find(({ id }) => id === runId)
    return run?.chunks.map(({ text }) => text).join('') ?? ''
  }

  private handleMessage(message: ServerMessage): void {
    if (message.type === 'run_output') {
      this.terminals.handleOutput(message)
      return this.deferOutput(message)
    }
    if (message.type === 'run_started' || message.type === 'run_finished' || message.type === 'welcome') this.showOutput()
    this.store.update((snapshot) => applyMessage(snapshot, message, performance.now()))
    switch (message.type) {
      case 'welcome':
        return this.handleWelcome(message)
      case 'updates':
        return this.documentFor(message.doc)?.handleUpdates(message)
      case 'ack':
        return this.documentFor(message.doc)?.handleAck(message)
      case 'resync':
        return this.documentFor(message.doc)?.handleResync(message)
      case 'cursor':
        return this.documentFor(message.doc)?.showCursor(message)
      case 'cursor_gone':
        return this.allDocuments().forEach((document) => document.removeCursor(message.connection))
      case 'drawing':
        return this.drawing.handleUpdate(message, message.by === this.store.getSnapshot().you?.id)
      case 'drawing_ack':
        return this.drawing.handleAck(message)
      case 'chat':
        return void this.unsentChat.delete(message.message.ref)
      case 'language':
        return this.handleLanguage(message)
      case 'problem':
        return this.handleProblem(message)
      case 'files':
        return this.handleFiles(message)
      case 'state':
        return this.handleStateChange()
      case 'error':
        return this.handleFailure(message)
    }
  }

  private handleWelcome(message: Welcome): void {
    message.files.files.forEach(({ doc }) => this.openFile(doc))
    this.files.discard((doc) => !message.documents.some((document) => document.doc === doc))
    for (const document of message.documents) this.documentFor(document.doc)?.handleWelcome(document, message.cursors)
    this.files.updateLanguages()
    this.terminals.handleWelcome()
    this.drawing.handleWelcome(message.drawing)
    this.handleStateChange()
    this.unsentChat.forEach((text, ref) => this.client.send({ type: 'chat', text, ref }))
    this.reportedFocus = null
    this.reportFocus()
  }

  private handleFiles(message: FilesChange): void {
    this.files.show(message.answer, message.files, message.documents ?? [])
    const created = message.files.files.find(({ doc, path }) => path && this.requestedFiles.has(path) && message.documents?.some((document) => document.doc === doc))
    if (!created || message.by !== this.store.getSnapshot().you?.id) return
    this.requestedFiles.clear()
    if (message.answer === this.store.getSnapshot().answer) this.showFile(created.doc)
  }

  private handleProblem(message: Problem): void {
    this.files.show(message.document.doc, message.files, [message.document, ...(message.documents ?? [])])
    const isOwn = message.question !== null && message.question.id === this.requestedQuestion
    this.requestedQuestion = undefined
    if (isOwn && message.by === this.store.getSnapshot().you?.id) this.starter.insert('')
  }

  private handleLanguage(message: ServerMessageOf<'language'>): void {
    this.files.updateLanguages()
    const { answer, question, you } = this.store.getSnapshot()
    const requested = this.requestedLanguage
    if (message.doc !== answer || requested?.language !== message.language) return
    this.requestedLanguage = undefined
    if (message.by === you?.id) this.starter.insert(starterIn(question?.starter, requested.previous)?.text ?? '')
  }

  private handleStateChange(): void {
    const snapshot = this.store.getSnapshot()
    this.files.all().forEach(({ editor }) => editor.setReadOnly(!hasPermission(snapshot, 'edit')))
    this.notes.editor.setReadOnly(!hasPermission(snapshot, 'notes'))
    if (snapshot.room?.state !== 'ended') return this.client.markRoomOpen()
    this.allDocuments().forEach((document) => document.hideCursors())
    this.client.markRoomEnded()
  }

  private handleFailure(message: Failure): void {
    if (message.doc && this.documentFor(message.doc)?.handleFailure(message)) return
    if (this.drawing.handleFailure(message)) return
    const text = message.ref === undefined ? undefined : this.unsentChat.get(message.ref)
    if (message.code === 'run.ended') return // typed while the run ended
    if (text === undefined || message.ref === undefined) return this.options.onNotice(message.code)
    this.handleChatFailure(message.ref, text, message)
  }

  private handleChatFailure(ref: string, text: string, message: Failure): void {
    if (message.code === 'rate' || message.code === 'busy') {
      setTimeout(() => this.unsentChat.has(ref) && this.client.send({ type: 'chat', text, ref }), message.retryAfterMs ?? CHAT_RETRY_MS)
      return
    }
    this.unsentChat.delete(ref)
    const failure = { delivery: 'failed' as const, error: message.code }
    this.store.update((snapshot) => ({
      ...snapshot,
      chat: snapshot.chat.map((item) => (item.ref === ref && item.delivery ? { ...item, ...failure } : item)),
    }))
  }

  private handleConnectionChange(connection: ConnectionState, connectionError?: ConnectionError): void {
    this.store.update((snapshot) => ({ ...snapshot, connection, connectionError: connectionError ?? null }))
  }

  private handleDocumentChange(document: SharedDocument): void {
    this.updateUnsavedCount()
    this.options.drafts?.schedule(document.name, () => document.sync.takeDraft())
  }

  private updateUnsavedCount(): void {
    const unsavedCount = this.allDocuments().reduce((sum, document) => sum + document.sync.unsavedCount, this.drawing.unsavedCount)
    this.store.update((snapshot) => (snapshot.unsavedCount === unsavedCount ? snapshot : { ...snapshot, unsavedCount: unsavedCount }))
  }

  /** The texts that the participant sees in the room, then earlier versions of the documents. */
  private *roomTexts(): Generator<string> {
    const { question, chat, runs } = this.store.getSnapshot()
    for (const { editor } of this.allDocuments()) yield editor.state.doc.toString()
    if (question) yield* [question.title, question.body, question.interviewerNotes ?? '', ...Object.values(question.starter ?? {})]
    for (const { text } of chat) yield text
    for (const { chunks } of runs) yield chunks.map(({ text }) => text).join('')
    yield this.stdin
    for (const { editor } of this.allDocuments()) yield* editor.versions.texts()
  }

  private addEventListeners(): void {
    addPageListeners(this.listenerAbort.signal, {
      checkConnection: () => this.client.checkConnection(),
      reportFocus: () => this.reportFocus(),
      saveEdits: () => this.saveEdits(),
      setUnloading: (isUnloading) => (this.isUnloading = isUnloading),
      rememberCopy: (text) => this.copies.remember(text),
      hasUnsavedEdits: () => this.store.getSnapshot().unsavedCount > 0,
    })
  }

  // The page may be closed at any moment.
  private saveEdits(): void {
    for (const { name, sync } of this.allDocuments()) {
      sync.flushEdits()
      this.options.drafts?.save(name, sync.takeDraft())
    }
  }

  private reportFocus(): void {
    const { you, waiting, room } = this.store.getSnapshot()
    if (!you || waiting || room?.state === 'ended' || this.isUnloading) return
    const focused = document.visibilityState === 'visible' && document.hasFocus()
    if (focused !== this.reportedFocus && this.client.send({ type: 'focus', focused })) this.reportedFocus = focused
  }
}
