// CodeMirror bound to a document of the room. Its lifetime is independent of React: EditorHost mounts `dom`.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from '@codemirror/commands'
import { bracketMatching, foldGutter, indentOnInput } from '@codemirror/language'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, Prec, Transaction, type ChangeSet, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view'
import { hideAllRemoteCursors, hideRemoteCursor, remoteCursors, showRemoteCursor, type RemoteCursor } from './remoteCursors'
import { keymapPreference } from '@/preferences/editor'
import { editFilter } from './editFilter'
import { codeHighlighting } from './highlight'
import { loadKeymap } from './keymaps'
import { languageSupport } from './languages'
import type { Limits, Range } from './protocol'
import { VersionLog } from './pasteOrigin'
import { collaboration, draftEdit, type EditorPort } from './sync'

export interface EditorOptions {
  kind: 'code' | 'prose'
  /** accessible name */
  label: string
  placeholder?: string
  /** CodeMirror's own texts (its search panel and the like) in the user's language */
  phrases?: Record<string, string>
  getLimits: () => Limits
  onEdit: () => void
  /** The text has changed, by whatever. */
  onTextChange?: () => void
  onCompositionEnd: () => void
  onCursorMove: () => void
  onPaste: (text: string) => void
  onCopy: (text: string) => void
  onRefused: (reason: 'too_large') => void
  /** Ctrl or ⌘ with Enter */
  onSubmit?: () => void
}

const MAX_RANGES = 16

export class Editor implements EditorPort {
  readonly view: EditorView
  readonly versions = new VersionLog()
  private readonly languageCompartment = new Compartment()
  private readonly readOnlyCompartment = new Compartment()
  private readonly historyCompartment = new Compartment()
  private readonly keymapCompartment = new Compartment()
  private readonly stopFollowingKeymap: () => void
  private readOnly = true
  private languageExtension: Extension = []
  private requestedLanguage = ''
  private keymapExtension: Extension = []

  constructor(private readonly options: EditorOptions) {
    this.view = new EditorView({ state: this.createState('', 0) })
    const followKeymap = () => void this.updateKeymap()
    this.stopFollowingKeymap = options.kind === 'code' ? keymapPreference.subscribe(followKeymap) : () => undefined
    if (options.kind === 'code') followKeymap()
  }

  get dom(): HTMLElement {
    return this.view.dom
  }

  get state(): EditorState {
    return this.view.state
  }

  get isFocused(): boolean {
    return this.view.hasFocus
  }

  get isComposing(): boolean {
    return this.view.composing
  }

  dispatch(transactions: readonly Transaction[]): void {
    this.view.dispatch(transactions)
  }

  /** Replaces the state: new text, new clientId, no undo history. The cursor position is kept where possible. */
  resetText(text: string, version: number): void {
    const { anchor, head } = this.state.selection.main
    this.versions.handleReset(this.state.doc)
    this.view.setState(this.createState(text, version))
    const clamp = (position: number) => Math.min(position, this.state.doc.length)
    this.view.dispatch({ selection: { anchor: clamp(anchor), head: clamp(head) } })
    this.options.onTextChange?.()
  }

  /** Replaces the state by the text and the unsaved edits of an earlier page, whose clientId continues. */
  restoreText(text: string, version: number, clientId: string, pending: readonly ChangeSet[]): void {
    this.view.setState(this.createState(text, version, clientId))
    for (const changes of pending) this.view.dispatch({ changes, effects: draftEdit.of(null), userEvent: 'input.restore' })
    this.options.onTextChange?.()
  }

  setReadOnly(readOnly: boolean): void {
    if (readOnly === this.readOnly) return
    this.readOnly = readOnly
    this.view.dispatch({ effects: this.readOnlyCompartment.reconfigure(this.readOnlyExtensions()) })
  }

  async setLanguage(id: string): Promise<void> {
    if (id === this.requestedLanguage) return
    this.requestedLanguage = id
    const support = await languageSupport(id)
    await this.waitForCompositionEnd()
    if (this.requestedLanguage !== id) return // superseded by a later call
    this.languageExtension = support
    this.view.dispatch({ effects: this.languageCompartment.reconfigure(support) })
  }

  /** Replaces the whole text as a local edit that can be undone by itself. */
  replaceText(text: string, userEvent = 'input.starter'): void {
    const insert = this.state.toText(text)
    this.view.dispatch({
      changes: { from: 0, to: this.state.doc.length, insert },
      selection: { anchor: 0 },
      userEvent,
      annotations: isolateHistory.of('full'),
    })
  }

  /** Makes earlier edits final: they cannot be undone. */
  clearHistory(): void {
    this.view.dispatch({ effects: this.historyCompartment.reconfigure([]) })
    this.view.dispatch({ effects: this.historyCompartment.reconfigure(history()) })
  }

  selectionRanges(): Range[] {
    return this.state.selection.ranges.slice(0, MAX_RANGES).map(({ anchor, head }) => ({ anchor, head }))
  }

  showRemoteCursor(peer: RemoteCursor): void {
    this.view.dispatch({ effects: showRemoteCursor.of(peer) })
  }

  hideRemoteCursor(connection: string): void {
    this.view.dispatch({ effects: hideRemoteCursor.of(connection) })
  }

  hideAllRemoteCursors(): void {
    this.view.dispatch({ effects: hideAllRemoteCursors.of(null) })
  }

  destroy(): void {
    this.stopFollowingKeymap()
    this.view.destroy()
  }

  private async updateKeymap(): Promise<void> {
    const id = keymapPreference.get()
    const extension = await loadKeymap(id)
    await this.waitForCompositionEnd()
    if (keymapPreference.get() !== id) return // superseded by a later choice
    this.keymapExtension = extension
    this.view.dispatch({ effects: this.keymapCompartment.reconfigure(extension) })
  }

  private readOnlyExtensions(): Extension {
    return [EditorState.readOnly.of(this.readOnly), EditorView.editable.of(!this.readOnly)]
  }

  // Reconfiguring the editor during a composition breaks the input method.
  private waitForCompositionEnd(): Promise<void> {
    if (!this.isComposing) return Promise.resolve()
    return new Promise((resolve) => {
      this.view.contentDOM.addEventListener('compositionend', () => setTimeout(resolve), { once: true })
    })
  }

  private createState(text: string, version: number, clientID = randomId()): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        this.keymapCompartment.of(this.keymapExtension), // before the other bindings
        this.readOnlyCompartment.of(this.readOnlyExtensions()),
        this.languageCompartment.of(this.languageExtension),
        this.historyCompartment.of(history()),
        collaboration(version, clientID),
        editFilter(this.options),
        remoteCursors,
        this.options.kind === 'code' ? codeExtensions : proseExtensions,
        commonExtensions,
        this.attributeExtensions(),
        this.submitKeymap(),
        this.listenerExtensions(),
      ],
    })
  }

  private attributeExtensions(): Extension {
    const hint = this.options.placeholder
    return [
      EditorView.contentAttributes.of({ 'aria-label': this.options.label, tabindex: '0' }),
      hint ? placeholder(hint) : [],
      EditorState.phrases.of(this.options.phrases ?? {}),
    ]
  }

  private submitKeymap(): Extension {
    const { onSubmit } = this.options
    if (!onSubmit) return []
    const run = () => {
      onSubmit()
      return true
    }
    return Prec.high(keymap.of([{ key: 'Mod-Enter', run }]))
  }

  private listenerExtensions(): Extension {
    const { options } = this
    return [
      EditorView.updateListener.of((update) => {
        for (const transaction of update.transactions) {
          if (transaction.docChanged) this.versions.handleChange(transaction.startState.doc, deletesText(transaction))
        }
        if (update.transactions.some(isLocalEdit)) options.onEdit()
        if (update.docChanged) options.onTextChange?.()
        if (update.selectionSet || update.docChanged || update.focusChanged) options.onCursorMove()
      }),
      EditorView.domEventHandlers({
        compositionend: () => options.onCompositionEnd(),
        copy: () => options.onCopy(this.selectedText()),
        cut: () => options.onCopy(this.selectedText()),
      }),
      // Sees every text that CodeMirror inserts for a paste or a drop, before it does: those of dropped files
      // and of pasted links too, which the events do not have as plain text.
      EditorView.clipboardInputFilter.of((text) => {
        options.onPaste(text)
        return text
      }),
    ]
  }

  // As CodeMirror copies: with nothing selected, the lines of the cursors.
  private selectedText(): string {
    const { state } = this
    const selected = state.selection.ranges.filter(({ empty }) => !empty)
    if (selected.length > 0) return selected.map(({ from, to }) => state.sliceDoc(from, to)).join('\n')
    return [...new Set(state.selection.ranges.map(({ head }) => state.doc.lineAt(head).number))].map((line) => state.doc.line(line).text).join('\n')
  }
}

function isLocalEdit(transaction: Transaction): boolean {
  return transaction.docChanged && !transaction.annotation(Transaction.remote)
}

function deletesText(transaction: Transaction): boolean {
  let deletes = false
  transaction.changes.iterChangedRanges((fromA, toA) => {
    deletes ||= toA > fromA
  })
  return deletes
}

/** Random letters and digits for a clientId: new for each editor state, never the user's id. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(15))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}

const commonExtensions: Extension = [
  drawSelection(),
  highlightSpecialChars(),
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]),
]

const codeExtensions: Extension = [
  lineNumbers(),
  foldGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  EditorState.allowMultipleSelections.of(true),
  codeHighlighting,
  keymap.of([indentWithTab]),
]

const proseExtensions: Extension = [EditorView.lineWrapping]
