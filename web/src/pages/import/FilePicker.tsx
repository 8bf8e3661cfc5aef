import type { DragEvent } from 'react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportKind } from '@/api/imports'
import { maxImportBytes, templateUrl } from '@/api/imports'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'

interface Props {
  kind: ImportKind
  busy: boolean
  error: unknown
  onChoose: (file: File) => void
}

/** File input with drag and drop. */
export function FilePicker({ kind, busy, error, onChoose }: Props) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const inputId = useId()
  const [dragging, setDragging] = useState(false)
  const [tooLarge, setTooLarge] = useState(false)
  function handleFiles(files: FileList | null) {
    const file = files?.[0]
    if (!file || busy) return
    setTooLarge(file.size > maxImportBytes)
    if (file.size <= maxImportBytes) onChoose(file)
  }
  function handleDrop(event: DragEvent) {
    event.preventDefault()
    setDragging(false)
    handleFiles(event.dataTransfer.files)
  }
  const errorMessage = tooLarge ? t('imports.tooLarge') : error ? errorText(error) : ''
  return (
    <Card>
      <div className="hm-stack">
        <p className="hm-muted">
          {t(`imports.about.${kind}`)}{' '}
          <a href={templateUrl(kind)} download>
            {t('imports.template')}
          </a>
        </p>
        {errorMessage && <Note tone="error">{errorMessage}</Note>}
        <label
          htmlFor={inputId}
          className={dragging ? 'hm-import__drop hm-import__drop--over' : 'hm-import__drop'}
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
            className="hm-sr-only"
            accept=".xlsx,.csv,.txt,.tsv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            disabled={busy}
            onChange={(event) => {
              handleFiles(event.target.files)
              event.target.value = '' // allows the same file to be selected again after a correction
            }}
          />
          <b className="hm-strong">{busy ? t('imports.reading') : t('imports.choose')}</b>
          <span className="hm-small hm-muted">{t(`imports.limits.${kind}`)}</span>
        </label>
      </div>
    </Card>
  )
}
