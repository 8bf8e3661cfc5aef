// Writes starter code into the files of the current answer.

import type { AnswerFiles } from './answerFiles'
import { starterIn } from './starter'
import { hasFileNames, hasPermission, type RoomStore } from './store'

export class StarterCode {
  constructor(
    private readonly store: RoomStore,
    private readonly files: AnswerFiles,
    private readonly createFiles: (files: { path: string; text: string }[]) => void,
  ) {}

  /** Inserts the starter code in the current language into an answer whose text is `untouched` or empty. */
  insert(untouched: string): void {
    const snapshot = this.store.getSnapshot()
    const { doc } = this.files.open(snapshot.files.entry).editor.state
    const isUntouched = doc.length === 0 || doc.toString() === untouched
    if (isUntouched && !hasFileNames(snapshot) && hasPermission(snapshot, 'edit')) this.replace(snapshot.room?.language ?? '')
  }

  /** Replaces the entry by the starter code in a language, and the files that the starter code has beside it. */
  replace(language: string): void {
    const { question, files } = this.store.getSnapshot()
    const starter = starterIn(question?.starter, language)
    if (!starter) return
    this.files.open(files.entry).editor.replaceText(starter.text)
    const findFile = (path: string) => files.files.find((file) => file.path === path)
    for (const { path, text } of starter.others) {
      const file = findFile(path)
      if (file) this.files.open(file.doc).editor.replaceText(text)
    }
    const missing = starter.others.filter(({ path }) => !findFile(path))
    if (missing.length > 0) this.createFiles(missing)
  }
}
