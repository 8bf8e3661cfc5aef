import { foldGutter } from '@codemirror/language'
import { Compartment, EditorState, type Extension, type StateEffect } from '@codemirror/state'
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view'
import { searchKeymap } from '@codemirror/search'
import type { DocumentHistory } from '@/replay/history'
import type { RecordedPerson } from '@/replay/recording'
import { codeHighlighting } from '@/room/highlight'
import { languageSupport } from '@/room/languages'
import type { Range } from '@/room/protocol'
import { hideAllRemoteCursors, remoteCursors, showRemoteCursor } from '@/room/remoteCursors'

/** At most so many updates are applied one by one; more replace the text. */
const MAX_STEPS = 200

/** A read-only editor that shows one version of a document. */
export class ReplayEditor {
  readonly view: EditorView
  private readonly languageCompartment = new Compartment()
  private requestedLanguage = ''
  private version = 0

  constructor(kind: 'code' | 'prose', label: string, phrases: Record<string, string>) {
    this.view = new EditorView({
      state: EditorState.create({
        extensions: [
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorState.phrases.of(phrases),
          drawSelection(),
          highlightSpecialChars(),
          keymap.of(searchKeymap),
          remoteCursors,
          this.languageCompartment.of([]),
          kind === 'code' ? codeExtensions : EditorView.lineWrapping,
        ],
      }),
    })
  }

  get dom(): HTMLElement {
    return this.view.dom
  }

  /** Shows a version, and the cursors of the participants in it. */
  show(history: DocumentHistory, version: number, cursors: Map<string, Range[]>, people: Map<string, RecordedPerson>, follow: boolean): void {
    const moved = version !== this.version
    if (version > this.version && version - this.version <= MAX_STEPS) {
      for (const changes of history.changesBetween(this.version, version)) this.view.dispatch({ changes })
    } else if (moved) {
      this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: history.textAt(version) } })
    }
    this.version = version
    const effects: StateEffect<unknown>[] = [hideAllRemoteCursors.of(null)]
    for (const [id, ranges] of cursors) {
      const { name = id, color = 0 } = people.get(id) ?? {}
      effects.push(showRemoteCursor.of({ connection: id, participantId: id, name, color, ranges }))
    }
    if (follow && moved && version > 0) effects.push(EditorView.scrollIntoView(history.positionAfter(version - 1), { y: 'nearest', yMargin: 40 }))
    this.view.dispatch({ effects })
  }

  async setLanguage(id: string): Promise<void> {
    if (id === this.requestedLanguage) return
    this.requestedLanguage = id
    const support = await languageSupport(id)
    if (this.requestedLanguage === id) this.view.dispatch({ effects: this.languageCompartment.reconfigure(support) })
  }

  destroy(): void {
    this.view.destroy()
  }
}

const codeExtensions: Extension = [lineNumbers(), foldGutter(), codeHighlighting]
