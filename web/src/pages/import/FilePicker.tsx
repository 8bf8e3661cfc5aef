import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportKind } from '@/api/imports'
import { maxImportBytes, templateUrl } from '@/api/imports'
import { FileDrop } from '@/ui/FileDrop'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'

interface Props {
  kind: ImportKind
  busy: boolean
  error: unknown
  onChoose: (file: File) => void
}

/** The first step of an import: a file of the limited size. */
export function FilePicker({ kind, busy, error, onChoose }: Props) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const [tooLarge, setTooLarge] = useState(false)
  function handleFiles([file]: File[]) {
    if (!file) return
    setTooLarge(file.size > maxImportBytes)
    if (file.size <= maxImportBytes) onChoose(file)
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
        <FileDrop
          large
          title={busy ? t('imports.reading') : t('imports.choose')}
          hint={t(`imports.limits.${kind}`)}
          accept=".xlsx,.csv,.txt,.tsv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          busy={busy}
          onChoose={handleFiles}
        />
      </div>
    </Card>
  )
}
