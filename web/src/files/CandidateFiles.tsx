import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CandidateFile } from '@/api/files'
import { downloadURL, filesQuery, useDeleteFile } from '@/api/files'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { FileUpload } from './FileUpload'
import { formatSize } from './formatSize'
import './files.css'

const FilePreview = lazy(() => import('./FilePreview'))

/** The files of a candidate; recruiters also upload and delete. */
export function CandidateFiles({ candidateId, canUpload }: { candidateId: string; canUpload: boolean }) {
  const { t } = useTranslation('files')
  const files = useQuery(filesQuery(candidateId))
  const [shown, setShown] = useState<CandidateFile>()
  const [deleted, setDeleted] = useState<CandidateFile>()
  return (
    <div className="hm-stack">
      {canUpload && <FileUpload candidateId={candidateId} />}
      <QueryContent query={files} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState small title={t('files.none')} />
          ) : (
            <ul className="hm-files">
              {items.map((file) => (
                <FileItem key={file.id} file={file} onShow={() => setShown(file)} onDelete={() => setDeleted(file)} />
              ))}
            </ul>
          )
        }
      </QueryContent>
      <Suspense>{shown && <FilePreview file={shown} onClose={() => setShown(undefined)} />}</Suspense>
      {deleted && <DeleteDialog candidateId={candidateId} file={deleted} onClose={() => setDeleted(undefined)} />}
    </div>
  )
}

/** Word documents have no preview. */
const hasPreview = ({ mediaType }: CandidateFile) => mediaType === 'application/pdf' || mediaType.startsWith('image/')

function FileItem({ file, onShow, onDelete }: { file: CandidateFile; onShow: () => void; onDelete: () => void }) {
  const { t } = useTranslation('files')
  const zone = useTimeZone()
  const { id, name, size, createdBy, createdAt, canDelete } = file
  return (
    <li className="hm-files__item">
      <div className="hm-files__about">
        <b className="hm-strong hm-files__name">
          <bdi>{name}</bdi>
        </b>
        <span className="hm-small hm-muted">{t('files.about', { size: formatSize(size), name: createdBy.name, time: formatDateTime(createdAt, zone) })}</span>
      </div>
      <div className="hm-row">
        {hasPreview(file) && (
          <Button size="small" variant="text" theme="primary" aria-label={t('files.previewOf', { name })} onClick={onShow}>
            {t('files.preview')}
          </Button>
        )}
        <a className="t-button t-button--theme-default t-button--variant-text t-size-s" href={downloadURL(id)} download aria-label={t('files.downloadOf', { name })}>
          <span className="t-button__text">{t('files.download')}</span>
        </a>
        {canDelete && (
          <Button size="small" variant="text" aria-label={t('files.deleteOf', { name })} onClick={onDelete}>
            {t('files.delete')}
          </Button>
        )}
      </div>
    </li>
  )
}

function DeleteDialog({ candidateId, file, onClose }: { candidateId: string; file: CandidateFile; onClose: () => void }) {
  const { t } = useTranslation('files')
  const remove = useDeleteFile(candidateId)
  return (
    <ConfirmDialog
      danger
      title={t('files.delete')}
      confirmLabel={t('files.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(file.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p className="hm-files__name">{t('files.deleteAbout', { name: file.name })}</p>
    </ConfirmDialog>
  )
}
