import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldName } from '@/room/fileNames'
import { groupUploads, readUpload, UploadError, type UploadedFile } from '@/room/fileUpload'
import type { FileName } from '@/room/protocol'
import { pathOf } from '@/room/store'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { noticeText } from './noticeText'
import { useRoomContext } from './RoomContext'

interface Replacement {
  doc: FileName
  path: string
  text: string
}

export interface FileUpload {
  busy: boolean
  error: string
  /** files with other contents that would be replaced; empty: nothing is to be confirmed */
  conflicts: Replacement[]
  /** Returns the error, '' without one. */
  start: (files: readonly File[]) => Promise<string>
  confirm: () => void
  cancel: () => void
}

/** Uploads files into the current answer. A file of the same name is replaced, which can be undone in its editor. */
export function useFileUpload(): FileUpload {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const [waiting, setWaiting] = useState<UploadedFile[]>([])
  const [conflicts, setConflicts] = useState<Replacement[]>([])

  /** The uploaded files of which the answer has one of the same name. */
  function findReplacements(files: readonly UploadedFile[]): Replacement[] {
    const snapshot = session.store.getSnapshot()
    return files.flatMap(({ path, text }) => {
      const same = snapshot.files.files.find((file) => foldName(pathOf(snapshot, file)) === foldName(path))
      return same ? [{ doc: same.doc, path, text }] : []
    })
  }

  function store(files: readonly UploadedFile[]): void {
    const replacements = findReplacements(files)
    for (const { doc, text } of replacements) session.openFile(doc).editor.replaceText(text, 'input.upload')
    const added = files.filter(({ path }) => !replacements.some((replaced) => replaced.path === path))
    for (const group of groupUploads(added)) session.createFiles(group)
  }

  async function start(files: readonly File[]): Promise<string> {
    setBusy(true)
    setError('')
    try {
      const { limits, files: list } = session.store.getSnapshot()
      const read = await readUpload(files, limits)
      const replacements = findReplacements(read)
      if (list.files.length + read.length - replacements.length > limits.files) throw new UploadError('file.count')
      const changed = replacements.filter(({ doc, text }) => {
        const { doc: present } = session.openFile(doc).editor.state
        return present.length > 0 && present.toString() !== text
      })
      if (changed.length === 0) store(read)
      else {
        setWaiting(read)
        setConflicts(changed)
      }
      return ''
    } catch (problem) {
      if (!(problem instanceof UploadError)) throw problem
      const reason = noticeText(problem.code)
      const text = problem.path ? t('files.uploadError', { path: problem.path, reason }) : reason
      setError(text)
      return text
    } finally {
      setBusy(false)
    }
  }

  function confirm(): void {
    store(waiting)
    cancel()
  }

  function cancel(): void {
    setWaiting([])
    setConflicts([])
  }

  return { busy, error, conflicts, start, confirm, cancel }
}

/** Asks whether files are replaced. */
export function UploadConflictDialog({ upload: { conflicts, confirm, cancel } }: { upload: FileUpload }) {
  const { t } = useTranslation('room')
  if (conflicts.length === 0) return null
  return (
    <ConfirmDialog title={t('files.replace')} confirmLabel={t('files.replace')} onConfirm={confirm} onClose={cancel}>
      <p>{t('files.replaceText')}</p>
      <ul>
        {conflicts.map(({ path }) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
    </ConfirmDialog>
  )
}
