import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import, ImportEncoding, ImportLine } from '@/api/imports'
import { useCommitImport } from '@/api/imports'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'
import { ImportRows } from './ImportRows'
import { PositionChoices } from './PositionChoices'
import { noChoices, resolveLines, toCommit } from './choices'

interface Props {
  preview: Import
  /** The encodings that the file may be in. */
  encodings: Import['encodings']
  onChooseEncoding: (encoding: ImportEncoding) => void
  onRestart: () => void
  onDone: (result: Import) => void
}

/** Preview of an import before it is committed. */
export function ImportPreview({ preview, encodings, onChooseEncoding, onRestart, onDone }: Props) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const [acceptWarnings, setAcceptWarnings] = useState(false)
  const commit = useCommitImport()
  const [choices, setChoices] = useState(noChoices)
  const { id, kind, unknown, notes, positions } = preview
  const used = preview.encodings[0]?.name
  const lines = resolveLines(preview, choices)
  const countState = (state: ImportLine['state']) => lines.filter((line) => line.state === state).length
  const [good, warnings, errors] = [countState('good'), countState('warning'), countState('error')]
  const imported = lines.filter(({ state }) => state === 'good' || (acceptWarnings && state === 'warning'))
  const newCandidates = imported.filter((line) => line.newCandidate).length
  const count = imported.length
  const summary = [
    t('imports.good', { count: good }),
    warnings > 0 && t('imports.warnings', { count: warnings }),
    errors > 0 && t('imports.errors', { count: errors }),
    newCandidates > 0 && t('imports.newCandidates', { count: newCandidates }),
  ]
  return (
    <>
      <Card>
        <div className="hm-stack">
          <p>{summary.filter(Boolean).join(t('imports.comma'))}</p>
          {encodings.length > 1 && used && (
            <SelectField
              label={t('imports.encoding')}
              hint={t('imports.encodingHint')}
              value={used}
              options={encodings.map(({ name, sample }) => ({ value: name, label: `${sample}  (${name})` }))}
              onChange={(name) => onChooseEncoding(name as ImportEncoding)}
            />
          )}
          {notes.map(({ code, message }) => (
            <Note key={code} tone="warning">
              {message}
            </Note>
          ))}
          {unknown.length > 0 && <Note>{t('imports.unknown', { columns: unknown.join(t('imports.and')) })}</Note>}
          <PositionChoices
            positions={positions}
            chosen={choices.positions}
            onChoose={(title, positionId) => setChoices({ ...choices, positions: { ...choices.positions, [title]: positionId } })}
          />
          {kind === 'interviews' && <Note tone="warning">{t('imports.invites')}</Note>}
          {warnings > 0 && (
            <Checkbox checked={acceptWarnings} onChange={setAcceptWarnings}>
              {t(`imports.accept.${kind}`)}
            </Checkbox>
          )}
          {commit.error ? <Note tone="error">{errorText(commit.error)}</Note> : null}
          <div className="hm-row">
            <Button
              theme="primary"
              disabled={count === 0}
              loading={commit.isPending}
              onClick={() => commit.mutate({ id, acceptWarnings, ...toCommit(choices) }, { onSuccess: onDone })}
            >
              {t('imports.make', { count })}
            </Button>
            <Button disabled={commit.isPending} onClick={onRestart}>
              {t('imports.another')}
            </Button>
          </div>
        </div>
      </Card>
      <ImportRows
        data={{ ...preview, lines }}
        chosen={choices.candidates}
        onChoose={(row, candidateId) => setChoices({ ...choices, candidates: { ...choices.candidates, [row]: candidateId } })}
      />
    </>
  )
}
