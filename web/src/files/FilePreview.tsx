import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CandidateFile } from '@/api/files'
import { downloadURL, readFile } from '@/api/files'
import { Modal } from '@/ui/Modal'
import { Note, useErrorText } from '@/ui/feedback'
import { PDFPages } from './PDFPages'

/** Shows a PDF or a picture in the page. The content is read once, and each read is recorded. */
export default function FilePreview({ file, onClose }: { file: CandidateFile; onClose: () => void }) {
  const { t } = useTranslation('files')
  const errorText = useErrorText()
  const [content, setContent] = useState<ArrayBuffer>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    let open = true
    readFile(file.id).then(
      (read) => open && setContent(read),
      (err: unknown) => open && setError(err),
    )
    return () => {
      open = false
    }
  }, [file.id])
  return (
    <Modal kind="drawer" title={file.name} onClose={onClose}>
      <div className="hm-stack hm-preview">
        {error ? <Note tone="error">{errorText(error)}</Note> : null}
        {!content && !error && <p className="hm-muted" role="status">{t('files.opening')}</p>}
        {content && file.mediaType === 'application/pdf' && <PDFPages content={content} fallback={<UnreadableNote file={file} />} />}
        {content && file.mediaType.startsWith('image/') && <Picture content={content} file={file} />}
      </div>
    </Modal>
  )
}

function UnreadableNote({ file }: { file: CandidateFile }) {
  const { t } = useTranslation('files')
  return (
    <Note tone="warning">
      {t('files.unreadable')}{' '}
      <a href={downloadURL(file.id)} download>
        {t('files.download')}
      </a>
    </Note>
  )
}

function Picture({ content, file }: { content: ArrayBuffer; file: CandidateFile }) {
  const [url, setURL] = useState<string>()
  const [broken, setBroken] = useState(false)
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([content], { type: file.mediaType }))
    setURL(made)
    return () => URL.revokeObjectURL(made)
  }, [content, file.mediaType])
  if (broken) return <UnreadableNote file={file} />
  return url ? <img className="hm-preview__picture" src={url} alt={file.name} onError={() => setBroken(true)} /> : null
}
