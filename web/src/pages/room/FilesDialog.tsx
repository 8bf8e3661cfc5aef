import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { languageOfPath } from '@/room/fileNames'
import type { AnswerFile } from '@/room/protocol'
import { hasPermission, pathOf, type RoomSnapshot } from '@/room/store'
import { writeZip } from '@/room/zip'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { FileDrop } from '@/ui/FileDrop'
import { Modal } from '@/ui/Modal'
import { Note } from '@/ui/feedback'
import { Tag } from '@/ui/Tag'
import FileNameDialog from './FileNameDialog'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { UploadConflictDialog, useFileUpload } from './useFileUpload'

/** All files of the answer by path, with what can be done with them. */
export default function FilesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const snapshot = useRoomSnapshot((current) => current)
  const [named, setNamed] = useState<AnswerFile | 'new' | null>(null)
  const [deleted, setDeleted] = useState<AnswerFile | null>(null)
  const upload = useFileUpload()
  const mayEdit = hasPermission(snapshot, 'edit') && snapshot.connection === 'live'
  const files = [...snapshot.files.files].sort((a, b) => (pathOf(snapshot, a) < pathOf(snapshot, b) ? -1 : 1))

  const handleOpen = (file: AnswerFile) => {
    session.showFile(file.doc)
    onClose()
  }
  const handleDelete = () => {
    if (deleted) session.deleteFile(deleted.doc)
    setDeleted(null)
  }
  const handleDownload = () => saveBlob(writeZip(files.map((file) => ({ path: pathOf(snapshot, file), bytes: new TextEncoder().encode(session.openFile(file.doc).editor.state.doc.toString()) }))))

  const footer = (
    <>
      <Button onClick={handleDownload}>{t('files.download')}</Button>
      <Button theme="primary" disabled={!mayEdit} onClick={() => setNamed('new')}>
        {t('files.new')}
      </Button>
    </>
  )
  return (
    <Modal kind="drawer" title={t('files.title')} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        <ul className="room-file-list" aria-label={t('files.title')}>
          {files.map((file) => (
            <FileRow key={file.doc} {...{ file, snapshot, mayEdit }} onOpen={() => handleOpen(file)} onRename={() => setNamed(file)} onDelete={() => setDeleted(file)} />
          ))}
        </ul>
        {mayEdit && <FileDrop multiple title={t('files.upload')} hint={t('files.uploadHint', { count: snapshot.limits.files })} accept="" busy={upload.busy} onChoose={(chosen) => void upload.start(chosen)} />}
        {upload.error && <Note tone="error">{upload.error}</Note>}
      </div>
      {named && <FileNameDialog file={named === 'new' ? undefined : named} onClose={() => setNamed(null)} />}
      {deleted && (
        <ConfirmDialog danger title={t('files.delete')} confirmLabel={t('files.delete')} onConfirm={handleDelete} onClose={() => setDeleted(null)}>
          <p>{t('files.deleteText', { path: pathOf(snapshot, deleted) })}</p>
        </ConfirmDialog>
      )}
      <UploadConflictDialog upload={upload} />
    </Modal>
  )
}

interface RowProps {
  file: AnswerFile
  snapshot: RoomSnapshot
  mayEdit: boolean
  onOpen: () => void
  onRename: () => void
  onDelete: () => void
}

function FileRow({ file, snapshot, mayEdit, onOpen, onRename, onDelete }: RowProps) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const path = pathOf(snapshot, file)
  const isEntry = snapshot.files.entry === file.doc
  return (
    <li className="room-file-row">
      <button type="button" className="room-link room-file-row__path" onClick={onOpen}>
        {path}
      </button>
      {isEntry && <Tag>{t('files.entry')}</Tag>}
      {mayEdit && (
        <span className="room-file-row__actions">
          {!isEntry && languageOfPath(path) !== '' && (
            <button type="button" className="room-link" aria-label={t('files.setEntryOf', { path })} onClick={() => session.setEntry(file.doc)}>
              {t('files.setEntry')}
            </button>
          )}
          <button type="button" className="room-link" aria-label={t('files.renameOf', { path })} onClick={onRename}>
            {t('files.rename')}
          </button>
          {!isEntry && (
            <button type="button" className="room-link" aria-label={t('files.deleteOf', { path })} onClick={onDelete}>
              {t('files.delete')}
            </button>
          )}
        </span>
      )}
    </li>
  )
}

function saveBlob(blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = 'answer.zip'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
