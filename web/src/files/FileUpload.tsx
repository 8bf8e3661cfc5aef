import type { DragEvent } from 'react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { acceptedFiles, maxFileBytes, useUploadFile } from '@/api/files'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** A file input with drag and drop. Several files are uploaded one after the other. */
export function FileUpload({ candidateId }: { candidateId: string }) {
  const { t } = useTranslation('files')
  const errorText = useErrorText()
  const inputId = useId()
  const [dragging, setDragging] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const upload = useUploadFile(candidateId)

  async function handleFiles(files: File[]) {
    if (busy || files.length === 0) return
    setBusy(true)
    setProblem('')
    try {
      for (const file of files) {
        const flaw = flawOf(file)
        if (flaw) throw new SizeError(t(flaw, { name: file.name }))
        await upload.mutateAsync(file)
        toast.success(t('files.uploaded', { name: file.name }))
      }
    } catch (err) {
      setProblem(err instanceof SizeError ? err.message : errorText(err))
    } finally {
      setBusy(false)
    }
  }
  function handleDrop(event: DragEvent) {
    event.preventDefault()
    setDragging(false)
    void handleFiles([...event.dataTransfer.files])
  }
  return (
    <>
      {problem && <Note tone="error">{problem}</Note>}
      <label
        htmlFor={inputId}
        className={dragging ? 'hm-files__drop hm-files__drop--over' : 'hm-files__drop'}
        aria-busy={busy}
        onDragOver={(event) => {
          event.preventDefault()
          setDragging(true)
        }}
        onDragLeave={() => setDragging(false)}
        onDrop={handleDrop}
      >
        <input
          id={inputId}
          type="file"
          multiple
          className="hm-sr-only"
          accept={acceptedFiles}
          disabled={busy}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])]
            event.target.value = '' // allows the same file to be selected again
            void handleFiles(files)
          }}
        />
        <b className="hm-strong">{busy ? t('files.uploading') : t('files.choose')}</b>
        <span className="hm-small hm-muted">{t('files.limits')}</span>
      </label>
    </>
  )
}

class SizeError extends Error {}

/** The text id of what prevents an upload, before anything is sent. */
function flawOf(file: File) {
  if (file.size === 0) return 'files.empty'
  return file.size > maxFileBytes ? 'files.tooLarge' : undefined
}
