import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { acceptedFiles, maxFileBytes, useUploadFile } from '@/api/files'
import { FileDrop } from '@/ui/FileDrop'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** Uploads files of a candidate, several one after the other. */
export function FileUpload({ candidateId }: { candidateId: string }) {
  const { t } = useTranslation('files')
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const upload = useUploadFile(candidateId)

  async function handleFiles(files: File[]) {
    setBusy(true)
    setProblem('')
    try {
      for (const file of files) {
        const error = uploadErrorOf(file)
        if (error) throw new SizeError(t(error, { name: file.name }))
        await upload.mutateAsync(file)
        toast.success(t('files.uploaded', { name: file.name }))
      }
    } catch (err) {
      setProblem(err instanceof SizeError ? err.message : errorText(err))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {problem && <Note tone="error">{problem}</Note>}
      <FileDrop
        multiple
        title={busy ? t('files.uploading') : t('files.choose')}
        hint={t('files.limits')}
        accept={acceptedFiles}
        busy={busy}
        onChoose={(files) => void handleFiles(files)}
      />
    </>
  )
}

class SizeError extends Error {}

/** The text id of what prevents an upload, before anything is sent. */
function uploadErrorOf(file: File) {
  if (file.size === 0) return 'files.empty'
  return file.size > maxFileBytes ? 'files.tooLarge' : undefined
}
