import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { questionPagesQuery, questionQuery } from '@/api/catalog'
import { maxSelectedQuestions } from '@/api/questionFiles'
import type { Question, QuestionSummary } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Modal } from '@/ui/Modal'
import { Card, Page } from '@/ui/Page'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { DifficultyTag } from '@/ui/stateTags'
import { FilterTags, QuestionFilter } from './QuestionFilter'
import { useQuestionFilter } from './useQuestionFilter'
import './questions.css'

const QuestionEditor = lazy(() => import('./QuestionEditor'))
const QuestionExport = lazy(() => import('./QuestionExport'))
const QuestionImport = lazy(() => import('./QuestionImport'))
const QuestionLibrary = lazy(() => import('./QuestionLibrary'))
const QuestionVersions = lazy(() => import('./QuestionVersions'))
const QuestionView = lazy(() => import('./QuestionView'))

type OpenPanel = { kind: 'create' | 'library' | 'import' | 'export' } | { kind: 'edit' | 'view' | 'health' | 'versions'; question: QuestionSummary }

export default function QuestionsPage() {
  const { t } = useTranslation(['questions', 'translation'])
  const recruiter = hasAct(useSession(), 'edit_questions')
  const [open, setOpen] = useState<OpenPanel>()
  const filter = useQuestionFilter()
  const pages = useInfiniteQuery(questionPagesQuery(filter.query))
  const [selected, setSelected] = useState<string[]>([])
  const close = () => setOpen(undefined)
  const create = recruiter && (
    <Button theme="primary" onClick={() => setOpen({ kind: 'create' })}>
      {t('new')}
    </Button>
  )
  const emptyActions = recruiter && (
    <>
      {create}
      <Button onClick={() => setOpen({ kind: 'library' })}>{t('library.open')}</Button>
    </>
  )
  return (
    <Page
      title={t('translation:nav.questions')}
      actions={
        recruiter && (
          <>
            {create}
            <Button onClick={() => setOpen({ kind: 'library' })}>{t('library.open')}</Button>
            <Button onClick={() => setOpen({ kind: 'import' })}>{t('files.openImport')}</Button>
            <Button onClick={() => setOpen({ kind: 'export' })}>{t('files.openExport')}</Button>
          </>
        )
      }
    >
      <QuestionFilter filter={filter} hasAttention={recruiter} />
      <Card flush>
        <QueryContent query={pages}>
          {({ pages: loaded }) => {
            const questions = loaded.flatMap(({ items }) => items)
            if (questions.length > 0) return <QuestionTable questions={questions} selected={recruiter ? selected : undefined} onSelect={setSelected} onOpen={setOpen} onTag={(tag) => filter.set({ tag })} />
            return <EmptyState title={!filter.isEmpty ? t('translation:common.noMatch') : recruiter ? t('none') : t('noneAssigned')}>{filter.isEmpty && emptyActions}</EmptyState>
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
      <Suspense>
        {open?.kind === 'create' && <QuestionEditor onClose={close} />}
        {open?.kind === 'library' && <QuestionLibrary onClose={close} />}
        {open?.kind === 'import' && <QuestionImport onClose={close} />}
        {open?.kind === 'export' && <QuestionExport selected={selected} filter={filter.query} onClose={close} />}
        {open?.kind === 'versions' && <QuestionVersions question={open.question} onClose={close} />}
        {open && (open.kind === 'edit' || open.kind === 'view' || open.kind === 'health') && (
          <LoadedQuestion summary={open.question} onClose={close}>
            {(question) =>
              open.kind === 'edit' ? (
                <QuestionEditor question={question} onClose={close} />
              ) : (
                <QuestionView question={question} healthOf={recruiter ? question.id : undefined} initialTab={open.kind === 'health' ? 'health' : 'content'} onClose={close} />
              )
            }
          </LoadedQuestion>
        )}
      </Suspense>
    </Page>
  )
}

/** Reads the whole question of a row. */
function LoadedQuestion({ summary, onClose, children }: { summary: QuestionSummary; onClose: () => void; children: (question: Question) => ReactNode }) {
  const query = useQuery(questionQuery(summary.id))
  if (query.data) return <>{children(query.data)}</>
  return (
    <Modal kind="drawer" title={summary.title} onClose={onClose}>
      <QueryContent query={query}>{() => null}</QueryContent>
    </Modal>
  )
}

interface TableProps {
  questions: QuestionSummary[]
  /** Ids of the questions that are selected for an export; absent for those who may not change questions. */
  selected: string[] | undefined
  onSelect: (ids: string[]) => void
  onOpen: (open: OpenPanel) => void
  onTag: (tag: string) => void
}

function QuestionTable({ questions, selected, onSelect, onOpen, onTag }: TableProps) {
  const { t } = useTranslation(['questions', 'translation'])
  const zone = useTimeZone()
  const { languages } = useSession().features.sandbox
  return (
    <Table
      label={t('translation:nav.questions')}
      rows={questions}
      columns={[
        {
          title: t('title'),
          isRowHeader: true,
          cell: (question) => (
            <span className="hm-question-title">
              {selected && (
                <Checkbox
                  checked={selected.includes(question.id)}
                  disabled={selected.length >= maxSelectedQuestions && !selected.includes(question.id)}
                  onChange={(checked) => onSelect(checked ? [...selected, question.id] : selected.filter((id) => id !== question.id))}
                >
                  <span className="hm-sr-only">{t('files.select', { title: question.title })}</span>
                </Checkbox>
              )}
              <span className="hm-question-place">
                <button type="button" className="hm-question-name" onClick={() => onOpen({ kind: 'view', question })}>
                  {question.title}
                </button>
                {selected && <AttentionTags question={question} onOpen={onOpen} />}
              </span>
            </span>
          ),
        },
        { title: t('difficulty'), cell: ({ difficulty }) => <DifficultyTag difficulty={difficulty} /> },
        {
          title: t('tags'),
          cell: ({ tags }) =>
            tags.length > 0 && (
              <span className="hm-tags">
                <FilterTags tags={tags} onTag={onTag} />
              </span>
            ),
        },
        { title: t('minutes'), cell: ({ expectedMinutes }) => expectedMinutes && <span className="hm-num">{expectedMinutes}</span> },
        { title: t('starter'), cell: ({ languages: used }) => used.map((language) => codeLanguageName(languages, language)).join('、') },
        { title: t('updated'), isSecondary: true, cell: ({ updatedAt }) => <span className="hm-num hm-muted">{formatDateTime(updatedAt, zone)}</span> },
        {
          title: t('translation:common.edit'),
          isActions: true,
          cell: (question) => (
            <>
              <Button size="small" variant="text" theme="primary" onClick={() => onOpen({ kind: 'versions', question })}>
                {t('versions.open')}
              </Button>
              {selected && (
                <Button size="small" variant="text" theme="primary" onClick={() => onOpen({ kind: 'edit', question })}>
                  {t('translation:common.edit')}
                </Button>
              )}
            </>
          ),
        },
      ]}
    />
  )
}

/** Why a question needs attention; a button opens its check. */
function AttentionTags({ question, onOpen }: { question: QuestionSummary; onOpen: (open: OpenPanel) => void }) {
  const { t } = useTranslation('questions')
  if (question.attention.length === 0) return null
  const causes = question.attention.map((cause) => t(`health.causes.${cause}`))
  return (
    <button
      type="button"
      className="hm-tag-filter hm-tags"
      aria-label={t('health.open', { title: question.title, causes: causes.join(t('separator')) })}
      onClick={() => onOpen({ kind: 'health', question })}
    >
      {causes.map((cause) => (
        <Tag key={cause} tone="warning">
          {cause}
        </Tag>
      ))}
    </button>
  )
}
