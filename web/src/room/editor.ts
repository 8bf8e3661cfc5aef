// CodeMirror bound to a document of the room. It lives outside React: the page only puts `dom` somewhere.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { collab } from '@codemirror/collab'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, defaultHighlightStyle, foldGutter, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, Prec, Transaction, type Extension } from '@codemirror/state'
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
import { hideAllPeers, hidePeer, peers, showPeer, type Peer } from './cursors'
import { guard } from './guard'
import { languageSupport } from './languages'
import type { Limits, Range } from './protocol'
import type { Port } from './sync'

export interface EditorOptions {
  kind: 'code' | 'prose'
  /** accessible name */
  label: string
  placeholder?: string
  /** CodeMirror's own words (of its search panel and such) in the person's language */
  phrases?: Record<string, string>
  limits: () => Limits
  edited: () => void
  composed: () => void
  moved: () => void
  pasted: (text: string) => void
  copied: (text: string) => void
  refused: (reason: 'too_large') => void
  /** Ctrl or ⌘ with Enter */
  submit?: () => void
}

const MOST_RANGES = 16

export class Editor implements Port {
  readonly view: EditorView
  private readonly language = new Compartment()
  private readonly writable = new Compartment()
  private readOnly = true
  private support: Extension = []
  private wanted = ''

  constructor(private readonly options: EditorOptions) {
    this.view = new EditorView({ state: this.make('', 0) })
  }

  get dom(): HTMLElement {
    return this.view.dom
  }

  get state(): EditorState {
    return this.view.state
  }

  get focused(): boolean {
    return this.view.hasFocus
  }

  get composing(): boolean {
    return this.view.composing
  }

  dispatch(transactions: readonly Transaction[]): void {
    this.view.dispatch(transactions)
  }

  /** A new text, a new clientId, no undo history; the cursor stays where it was as well as it can. */
  reset(text: string, version: number): void {
    const { anchor, head } = this.state.selection.main
    this.view.setState(this.make(text, version))
    const clamp = (position: number) => Math.min(position, this.state.doc.length)
    this.view.dispatch({ selection: { anchor: clamp(anchor), head: clamp(head) } })
  }

  setReadOnly(readOnly: boolean): void {
    if (readOnly === this.readOnly) return
    this.readOnly = readOnly
    this.view.dispatch({ effects: this.writable.reconfigure(this.access()) })
  }

  async setLanguage(id: string): Promise<void> {
    if (id === this.wanted) return
    this.wanted = id
    const support = await languageSupport(id)
    await this.untilComposed()
    if (this.wanted !== id) return // another was chosen meanwhile
    this.support = support
    this.view.dispatch({ effects: this.language.reconfigure(support) })
  }

  /** Replaces the whole text as an edit of this person, which may be undone. */
  replaceAll(text: string): void {
    const insert = this.state.toText(text)
    this.view.dispatch({
      changes: { from: 0, to: this.state.doc.length, insert },
      selection: { anchor: 0 },
      userEvent: 'input.starter',
    })
  }

  ranges(): Range[] {
    return this.state.selection.ranges.slice(0, MOST_RANGES).map(({ anchor, head }) => ({ anchor, head }))
  }

  showPeer(peer: Peer): void {
    this.view.dispatch({ effects: showPeer.of(peer) })
  }

  hidePeer(connection: string): void {
    this.view.dispatch({ effects: hidePeer.of(connection) })
  }

  hideAllPeers(): void {
    this.view.dispatch({ effects: hideAllPeers.of(null) })
  }

  destroy(): void {
    this.view.destroy()
  }

  private access(): Extension {
    return [EditorState.readOnly.of(this.readOnly), EditorView.editable.of(!this.readOnly)]
  }

  // Reconfiguring the editor in the middle of a word breaks the input method.
  private untilComposed(): Promise<void> {
    if (!this.composing) return Promise.resolve()
    return new Promise((resolve) => {
      this.view.contentDOM.addEventListener('compositionend', () => setTimeout(resolve), { once: true })
    })
  }

  private make(text: string, version: number): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        this.writable.of(this.access()),
        this.language.of(this.support),
        collab({ startVersion: version, clientID: randomId() }),
        guard(this.options),
        peers,
        this.options.kind === 'code' ? codeExtensions : proseExtensions,
        commonExtensions,
        this.attributes(),
        this.submitKey(),
        this.listeners(),
      ],
    })
  }

  private attributes(): Extension {
    const hint = this.options.placeholder
    return [
      EditorView.contentAttributes.of({ 'aria-label': this.options.label, tabindex: '0' }),
      hint ? placeholder(hint) : [],
      EditorState.phrases.of(this.options.phrases ?? {}),
    ]
  }

  private submitKey(): Extension {
    const { submit } = this.options
    if (!submit) return []
    const run = () => {
      submit()
      return true
    }
    return Prec.high(keymap.of([{ key: 'Mod-Enter', run }]))
  }

  private listeners(): Extension {
    const { options } = this
    return [
      EditorView.updateListener.of((update) => {
        if (update.transactions.some(isLocalEdit)) options.edited()
        if (update.selectionSet || update.docChanged || update.focusChanged) options.moved()
      }),
      EditorView.domEventHandlers({
        compositionend: () => options.composed(),
        paste: (event) => options.pasted(event.clipboardData?.getData('text/plain') ?? ''),
        drop: (event) => options.pasted(event.dataTransfer?.getData('text/plain') ?? ''),
        copy: () => options.copied(this.selected()),
        cut: () => options.copied(this.selected()),
      }),
    ]
  }

  private selected(): string {
    const { state } = this
    return state.selection.ranges.map(({ from, to }) => state.sliceDoc(from, to)).join('\n')
  }
}

function isLocalEdit(transaction: Transaction): boolean {
  return transaction.docChanged && !transaction.annotation(Transaction.remote)
}

/** Letters for a clientId: random for each editor state, never the person's own id. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(15))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}

const commonExtensions: Extension = [
  history(),
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
  syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
  keymap.of([indentWithTab]),
]

const proseExtensions: Extension = [EditorView.lineWrapping]
