// The documents of the files of the answers that were shown.

import type { SharedDocument } from './document'
import { grammarOfPath } from './fileNames'
import type { AnswerName, DocumentName, DocumentState, FileList, FileName, Limits } from './protocol'
import { hasFileNames, hasPermission, type RoomStore } from './store'

export class AnswerFiles {
  private readonly documents = new Map<FileName, SharedDocument>()

  constructor(
    private readonly store: RoomStore,
    private readonly create: (doc: FileName) => SharedDocument,
  ) {}

  all(): SharedDocument[] {
    return [...this.documents.values()]
  }

  get(doc: FileName): SharedDocument | undefined {
    return this.documents.get(doc)
  }

  open(doc: FileName): SharedDocument {
    let document = this.documents.get(doc)
    if (!document) {
      document = this.create(doc)
      document.editor.setReadOnly(!hasPermission(this.store.getSnapshot(), 'edit'))
      this.documents.set(doc, document)
    }
    return document
  }

  /** Destroys documents, and reports their edits that are not stored. */
  discard(isGone: (doc: FileName) => boolean): void {
    for (const [doc, document] of [...this.documents].filter(([name]) => isGone(name))) {
      this.documents.delete(doc)
      document.discard()
    }
  }

  /** The files of an answer have changed, or are shown. */
  show(answer: AnswerName, list: FileList, documents: DocumentState[]): void {
    const exists = (name: DocumentName) => list.files.some(({ doc }) => doc === name)
    this.discard((doc) => doc.split('/')[0] === answer && !exists(doc))
    for (const document of documents) {
      if (document.doc !== 'notes' && exists(document.doc)) this.open(document.doc).handleShown(document)
    }
    this.updateLanguages()
  }

  /** A file without a name of its own has the language of the answer. */
  updateLanguages(): void {
    const { files, room } = this.store.getSnapshot()
    for (const { doc, path } of files.files) void this.documents.get(doc)?.editor.setLanguage(path ? grammarOfPath(path) : (room?.language ?? ''))
  }

  /** The limits of a document: the files of an answer have one together. */
  limitsOf(doc: FileName): Limits {
    const snapshot = this.store.getSnapshot()
    const { limits, files } = snapshot
    if (!hasFileNames(snapshot)) return limits
    const others = files.files.filter((file) => file.doc !== doc).map((file) => this.documents.get(file.doc)?.editor.state.doc.length ?? 0)
    const left = limits.fileUnits - others.reduce((sum, length) => sum + length, 0)
    return { ...limits, documentUnits: Math.min(limits.documentUnits, left) }
  }
}
