import { lazy, Suspense, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { baseName } from '@/room/fileNames'
import type { AnswerFile } from '@/room/protocol'
import { hasPermission, pathOf, shownFile } from '@/room/store'
import { ListIcon, PlayIcon } from '@/ui/icons'
import { isInputMethodKey } from '@/ui/keyboard'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import './files.css'

const FilesDialog = lazy(() => import('./FilesDialog'))
const FileNameDialog = lazy(() => import('./FileNameDialog'))

/** The id of the panel that shows the file of the selected tab. */
export const FILE_PANEL = 'room-file-panel'

/** The files of the answer as tabs. */
export function FileBar() {
  const { t } = useTranslation('room')
  const [dialog, setDialog] = useState<'files' | 'new' | null>(null)
  const mayEdit = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'edit') && snapshot.connection === 'live')
  const close = () => setDialog(null)
  return (
    <div className="room-files">
      <FileTabs />
      <button type="button" className="hm-icon-button" aria-haspopup="dialog" disabled={!mayEdit} aria-label={t('files.new')} title={t('files.new')} onClick={() => setDialog('new')}>
        <span aria-hidden="true">+</span>
      </button>
      <span className="hm-grow" />
      <button type="button" className="hm-icon-button" aria-haspopup="dialog" aria-label={t('files.manage')} title={t('files.manage')} onClick={() => setDialog('files')}>
        <ListIcon />
      </button>
      <Suspense>
        {dialog === 'files' && <FilesDialog onClose={close} />}
        {dialog === 'new' && mayEdit && <FileNameDialog onClose={close} />}
      </Suspense>
    </div>
  )
}

function FileTabs() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const files = useRoomSnapshot((snapshot) => snapshot.files.files)
  const shown = useRoomSnapshot(shownFile)

  function handleKeyDown(event: KeyboardEvent) {
    const step = isInputMethodKey(event) ? undefined : { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = files[(files.findIndex(({ doc }) => doc === shown) + step + files.length) % files.length]
    if (!next) return
    session.showFile(next.doc)
    document.getElementById(`room-file-${next.doc}`)?.focus()
  }

  return (
    <div className="room-files__tabs" role="tablist" tabIndex={-1} aria-label={t('files.title')} onKeyDown={handleKeyDown}>
      {files.map((file) => (
        <FileTab key={file.doc} file={file} selected={file.doc === shown} />
      ))}
    </div>
  )
}

function FileTab({ file, selected }: { file: AnswerFile; selected: boolean }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const path = useRoomSnapshot((snapshot) => pathOf(snapshot, file))
  const isEntry = useRoomSnapshot(({ files }) => files.files.length > 1 && files.entry === file.doc)
  const name = baseName(path)
  return (
    <button
      type="button"
      role="tab"
      id={`room-file-${file.doc}`}
      aria-selected={selected}
      aria-controls={FILE_PANEL}
      tabIndex={selected ? 0 : -1}
      className="room-file-tab"
      title={path}
      onClick={() => session.showFile(file.doc)}
    >
      {isEntry && (
        <span className="room-file-tab__entry" title={t('files.entryHint')}>
          <PlayIcon />
          <span className="hm-sr-only">{t('files.entry')}</span>
        </span>
      )}
      <span className="hm-muted">{path.slice(0, -name.length)}</span>
      <span>{name}</span>
    </button>
  )
}
