import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { maxQuestionFileBytes, useImportQuestions, usePreviewQuestionImport, type QuestionImport as Preview } from '@/api/questionFiles'
import { Button } from '@/ui/Button'
import { Modal } from '@/ui/Modal'
import { Note, useErrorText } from '@/ui/feedback'
import { Table } from '@/ui/Table'
import { Tag, type Tone } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { isContentField } from './contentText'

type Entry = Preview['questions'][number]

const tones: Record<Entry['state'], Tone> = { new: 'success', changed: 'warning', unchanged: 'default' }

/** Imports questions from a file: select, preview, confirm. */
export default function QuestionImport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['questions', 'translation'])
  const errorText = useErrorText()
  const [file, setFile] = useState<File>()
  const [isTooLarge, setTooLarge] = useState(false)
  const preview = usePreviewQuestionImport()
  const commit = useImportQuestions()
  const handleChoose = (chosen: File | undefined) => {
    if (!chosen) return
    commit.reset()
    setFile(chosen)
    setTooLarge(chosen.size > maxQuestionFileBytes)
    if (chosen.size <= maxQuestionFileBytes) preview.mutate(chosen)
    else preview.reset()
  }
  const data = preview.data
  const count = data ? data.new + data.changed : 0
  const error = isTooLarge ? t('files.tooLarge') : preview.error ? errorText(preview.error) : commit.error ? errorText(commit.error) : ''
  const handleImport = () => {
    if (!file || !data?.plan) return
    commit.mutate(
      { file, plan: data.plan },
      {
        onSuccess: () => {
          toast.success(t('files.imported', { count }))
          onClose()
        },
      },
    )
  }
  return (
    <Modal
      kind="drawer"
      title={t('files.import')}
      onClose={onClose}
      footer={
        data && (
          <Button theme="primary" disabled={!data.plan || count === 0} loading={commit.isPending} onClick={handleImport}>
            {t('files.confirm', { count })}
          </Button>
        )
      }
    >
      <div className="hm-stack">
        <FileField busy={preview.isPending} name={file?.name} onChoose={handleChoose} />
        {error && <Note tone="error">{error}</Note>}
        {data && <PreviewOf data={data} />}
      </div>
    </Modal>
  )
}

function FileField({ busy, name, onChoose }: { busy: boolean; name: string | undefined; onChoose: (file: File | undefined) => void }) {
  const { t } = useTranslation('questions')
  const id = useId()
  return (
    <label htmlFor={id} className="hm-question-file" aria-busy={busy}>
      <input
        id={id}
        type="file"
        className="hm-sr-only"
        accept=".json,.zip,application/json,application/zip"
        disabled={busy}
        onChange={(event) => {
          onChoose(event.target.files?.[0])
          event.target.value = '' // allows the same file to be selected again after a correction
        }}
      />
      <b className="hm-strong">{busy ? t('files.reading') : name ? t('files.chooseOther') : t('files.choose')}</b>
      <span className="hm-small hm-muted">{name ?? t('files.limits')}</span>
    </label>
  )
}

function PreviewOf({ data }: { data: Preview }) {
  const { t } = useTranslation('questions')
  const summary = [t('files.countNew', { count: data.new }), t('files.countChanged', { count: data.changed }), t('files.countUnchanged', { count: data.unchanged })]
  return (
    <>
      {data.issues.length > 0 ? <Note tone="error">{t('files.issues')}</Note> : <p>{summary.join(t('separator'))}</p>}
      {data.issues.length > 0 && (
        <Table
          label={t('files.issuesLabel')}
          rows={data.issues.map((issue, index) => ({ ...issue, id: String(index) }))}
          columns={[
            { title: t('files.place'), isRowHeader: true, cell: ({ file, field }) => <PlaceOf file={file} field={field} /> },
            { title: t('files.error'), cell: ({ message }) => message },
          ]}
        />
      )}
      {data.issues.length === 0 && data.questions.length > 0 && <ChangeTable questions={data.questions} />}
    </>
  )
}

function PlaceOf({ file, field }: { file: string | undefined; field: string | undefined }) {
  const { t } = useTranslation('questions')
  return (
    <span className="hm-question-place">
      {file && <code>{file}</code>}
      {field && <code>{field}</code>}
      {!file && !field && t('files.whole')}
    </span>
  )
}

/** The questions of a file: those that change first. */
function ChangeTable({ questions }: { questions: Entry[] }) {
  const { t } = useTranslation('questions')
  const sorted = [...questions.filter(({ state }) => state !== 'unchanged'), ...questions.filter(({ state }) => state === 'unchanged')]
  return (
    <Table
      label={t('files.changes')}
      rows={sorted.map((entry) => ({ ...entry, id: entry.importId }))}
      columns={[
        { title: t('title'), isRowHeader: true, cell: ({ title }) => title },
        { title: t('files.state'), cell: ({ state }) => <Tag tone={tones[state]}>{t(`files.states.${state}`)}</Tag> },
        { title: t('files.fields'), cell: ({ changedFields }) => changedFields.filter(isContentField).map((field) => t(`fields.${field}`)).join(t('separator')) },
      ]}
    />
  )
}
