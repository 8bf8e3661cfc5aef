import type { DragEvent } from 'react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportKind } from '@/api/imports'
import { maxImport, templateAddress } from '@/api/imports'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/states'

interface Props {
  kind: ImportKind
  busy: boolean
  error: unknown
  onChoose: (file: File) => void
}

/** Where a file is chosen or dropped. */
export function FileChoice({ kind, busy, error, onChoose }: Props) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const inputId = useId()
  const [over, setOver] = useState(false)
  const [tooLarge, setTooLarge] = useState(false)
  function choose(files: FileList | null) {
    const file = files?.[0]
    if (!file || busy) return
    setTooLarge(file.size > maxImport)
    if (file.size <= maxImport) onChoose(file)
  }
  function onDrop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    choose(event.dataTransfer.files)
  }
  const wrong = tooLarge ? t('imports.tooLarge') : error ? errorText(error) : ''
  return (
    <Card>
      <div className="hm-stack">
        <p className="hm-muted">
          {t(`imports.about.${kind}`)}{' '}
          <a href={templateAddress(kind)} download>
            {t('imports.template')}
          </a>
        </p>
        {wrong && <Note tone="error">{wrong}</Note>}
        <label
          htmlFor={inputId}
          className={over ? 'hm-import__drop hm-import__drop--over' : 'hm-import__drop'}
          aria-busy={busy}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
        >
          <input
            id={inputId}
            type="file"
            className="hm-sr"
            accept=".xlsx,.csv,.txt,.tsv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            disabled={busy}
            onChange={(event) => {
              choose(event.target.files)
              event.target.value = '' // the same file may be chosen again once it was mended
            }}
          />
          <b className="hm-strong">{busy ? t('imports.reading') : t('imports.choose')}</b>
          <span className="hm-small hm-muted">{t(`imports.limits.${kind}`)}</span>
        </label>
      </div>
    </Card>
  )
}
