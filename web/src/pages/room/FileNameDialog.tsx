import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { checkPath, foldName } from '@/room/fileNames'
import type { AnswerFile } from '@/room/protocol'
import { pathOf, type RoomSnapshot } from '@/room/store'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
import { noticeText } from './noticeText'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

const FORM = 'room-file-name'

interface Props {
  /** absent for a new file */
  file?: AnswerFile
  onClose: () => void
}

/** Asks for the name of a new file, or another name of a file, which may be in another folder. */
export default function FileNameDialog({ file, onClose }: Props) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const snapshot = useRoomSnapshot((current) => current)
  const [path, setPath] = useState(file ? pathOf(snapshot, file) : '')
  const [submitted, setSubmitted] = useState(false)
  const name = path.trim().normalize('NFC')
  const code = findProblem(snapshot, name, file)
  const title = file ? t('files.rename') : t('files.new')

  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    setSubmitted(true)
    if (code) return
    if (!file) session.createFiles([{ path: name }])
    else if (name !== file.path) session.renameFile(file.doc, name)
    onClose()
  }

  const footer = (
    <>
      <Button onClick={onClose}>{t('files.cancel')}</Button>
      <Button theme="primary" type="submit" form={FORM}>
        {title}
      </Button>
    </>
  )
  return (
    <Modal title={title} onClose={onClose} footer={footer}>
      <form id={FORM} noValidate onSubmit={handleSubmit}>
        <TextField
          label={t('files.path')}
          hint={t('files.pathHint')}
          problem={code && (submitted || name !== '') ? { code, path: 'path', message: noticeText(code) } : undefined}
          value={path}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={setPath}
        />
      </form>
    </Modal>
  )
}

function findProblem(snapshot: RoomSnapshot, name: string, file: AnswerFile | undefined): string | undefined {
  const { files, limits } = snapshot
  const others = files.files.filter(({ doc }) => doc !== file?.doc).map((other) => foldName(pathOf(snapshot, other)))
  const folded = foldName(name)
  if (others.some((other) => other === folded || other.startsWith(`${folded}/`) || folded.startsWith(`${other}/`))) return 'file.exists'
  return checkPath(name) ?? (others.length >= limits.files ? 'file.count' : undefined)
}
