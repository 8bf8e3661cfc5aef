// The page of the current answer, as the editors of this browser have it.

import type { PreviewSource } from '@/preview/source'
import type { AnswerFiles } from './answerFiles'
import { pathOf, type RoomStore } from './store'

type Listener = Parameters<PreviewSource['subscribe']>[0]

export class AnswerPreview implements PreviewSource {
  private readonly listeners = new Set<Listener>()

  constructor(
    private readonly store: RoomStore,
    private readonly files: AnswerFiles,
  ) {
    let list = store.getSnapshot().files
    store.subscribe(() => {
      const { files: next } = store.getSnapshot()
      if (next !== list) this.notify('change')
      list = next
    })
  }

  readonly read: PreviewSource['read'] = () => {
    const snapshot = this.store.getSnapshot()
    const files = snapshot.files.files.map((file) => ({ doc: file.doc, path: pathOf(snapshot, file), text: this.files.get(file.doc)?.editor.state.doc.toString() ?? '' }))
    const entry = files.find(({ doc }) => doc === snapshot.files.entry)
    return entry && { entry: entry.path, files }
  }

  readonly subscribe: PreviewSource['subscribe'] = (listener) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  notify(reason: Parameters<Listener>[0]): void {
    for (const listener of this.listeners) listener(reason)
  }
}
