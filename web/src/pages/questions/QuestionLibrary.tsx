import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { libraryQuery, libraryQuestionQuery, useAddLibraryQuestions, type LibraryLanguage, type LibraryQuestionSummary } from '@/api/questionLibrary'
import { useSession } from '@/app/useSession'
import { currentLanguage } from '@/i18n/language'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField } from '@/ui/Field'
import { EmptyState, Note, QueryContent, useErrorText } from '@/ui/feedback'
import { Modal } from '@/ui/Modal'
import { SearchBar } from '@/ui/SearchBar'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { DifficultyTag } from '@/ui/stateTags'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { findTags, matchesLibraryFilter, type LibraryFilter } from './libraryFilter'
import { QuestionBody } from './QuestionBody'

/** The names of the languages are the same in all languages of the page. */
const textLanguages: { value: LibraryLanguage; label: string }[] = [
  { value: 'zh', label: '中文' },
  { value: 'en', label: 'English' },
  { value: 'ja', label: '日本語' },
]

const kinds = ['coding', 'sql', 'debugging', 'frontend', 'discussion'] as const

const noFilter: LibraryFilter = { q: '', kind: '', difficulty: '', tag: '' }

function languageOfPage(): LibraryLanguage {
  return textLanguages.find(({ value }) => currentLanguage().startsWith(value))?.value ?? 'en'
}

/** The questions that come with the product: filter, preview, select, add to the question bank. */
export default function QuestionLibrary({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['questions', 'translation'])
  const errorText = useErrorText()
  const [language, setLanguage] = useState(languageOfPage)
  const [filter, setFilter] = useState(noFilter)
  const [selected, setSelected] = useState<string[]>([])
  const [previewed, setPreviewed] = useState<LibraryQuestionSummary>()
  const query = useQuery(libraryQuery(language))
  const add = useAddLibraryQuestions()
  // A question that is added in one language may be absent in another.
  const adding = (query.data?.items ?? []).filter(({ id, questionId }) => !questionId && selected.includes(id)).map(({ id }) => id)
  const handleLanguage = (value: LibraryLanguage) => {
    setLanguage(value)
    setFilter({ ...filter, q: '', tag: '' }) // both are in the language
  }
  const handleAdd = (ids: string[]) => {
    add.mutate(
      { language, ids },
      {
        onSuccess: ({ added }) => {
          toast.success(t('library.added', { count: added }))
          onClose()
        },
      },
    )
  }
  if (previewed) {
    return (
      <Preview
        summary={previewed}
        language={language}
        footer={
          !previewed.questionId && (
            <Button theme="primary" loading={add.isPending} onClick={() => handleAdd([previewed.id])}>
              {t('library.addOne')}
            </Button>
          )
        }
        error={add.error ? errorText(add.error) : ''}
        onBack={() => setPreviewed(undefined)}
        onClose={onClose}
      />
    )
  }
  return (
    <Modal
      kind="drawer"
      title={t('library.title')}
      onClose={onClose}
      footer={
        <Button theme="primary" disabled={adding.length === 0} loading={add.isPending} onClick={() => handleAdd(adding)}>
          {t('library.add', { count: adding.length })}
        </Button>
      }
    >
      <div className="hm-stack">
        <p className="hm-muted">{t('library.about')}</p>
        <div>
          <SegmentedControl label={t('library.language')} value={language} options={textLanguages} onChange={handleLanguage} />
        </div>
        {add.error && <Note tone="error">{errorText(add.error)}</Note>}
        <QueryContent query={query}>
          {({ items }) => (
            <>
              <FilterFields items={items} filter={filter} onChange={setFilter} />
              <LibraryTable items={items.filter((item) => matchesLibraryFilter(item, filter))} selected={selected} onSelect={setSelected} onPreview={setPreviewed} />
            </>
          )}
        </QueryContent>
      </div>
    </Modal>
  )
}

function FilterFields({ items, filter, onChange }: { items: LibraryQuestionSummary[]; filter: LibraryFilter; onChange: (filter: LibraryFilter) => void }) {
  const { t } = useTranslation(['questions', 'translation'])
  return (
    <>
      <SearchBar
        label={t('search')}
        value={filter.q}
        onChange={(q) => onChange({ ...filter, q })}
        filter={{
          label: t('difficulty'),
          value: filter.difficulty,
          options: [{ value: '', label: t('anyDifficulty') }, ...(['easy', 'medium', 'hard'] as const).map((value) => ({ value, label: t(`translation:difficulty.${value}`) }))],
          onChange: (value) => onChange({ ...filter, difficulty: value as LibraryFilter['difficulty'] }),
        }}
      />
      <div className="hm-filters">
        <SelectField
          hideLabel
          label={t('library.kind')}
          value={filter.kind}
          options={[{ value: '', label: t('library.anyKind') }, ...kinds.map((value) => ({ value, label: t(`library.kinds.${value}`) }))]}
          onChange={(kind) => onChange({ ...filter, kind })}
        />
        <SelectField
          hideLabel
          label={t('tags')}
          value={filter.tag}
          options={[{ value: '', label: t('library.anyTag') }, ...findTags(items).map((value) => ({ value, label: value }))]}
          onChange={(tag) => onChange({ ...filter, tag })}
        />
      </div>
    </>
  )
}

interface TableProps {
  items: LibraryQuestionSummary[]
  selected: string[]
  onSelect: (ids: string[]) => void
  onPreview: (item: LibraryQuestionSummary) => void
}

function LibraryTable({ items, selected, onSelect, onPreview }: TableProps) {
  const { t } = useTranslation(['questions', 'translation'])
  const open = items.filter(({ questionId }) => !questionId).map(({ id }) => id)
  if (items.length === 0) return <EmptyState small title={t('translation:common.noMatch')} />
  return (
    <>
      {open.length > 0 && (
        <Checkbox
          checked={open.every((id) => selected.includes(id))}
          onChange={(checked) => onSelect(checked ? [...new Set([...selected, ...open])] : selected.filter((id) => !open.includes(id)))}
        >
          {t('library.selectAll', { count: open.length })}
        </Checkbox>
      )}
      <Table
        label={t('library.title')}
        rows={items}
        columns={[
          {
            title: t('title'),
            isRowHeader: true,
            cell: (item) => (
              <span className="hm-question-title">
                <Checkbox
                  checked={Boolean(item.questionId) || selected.includes(item.id)}
                  disabled={Boolean(item.questionId)}
                  onChange={(checked) => onSelect(checked ? [...selected, item.id] : selected.filter((id) => id !== item.id))}
                >
                  <span className="hm-sr-only">{t('files.select', { title: item.title })}</span>
                </Checkbox>
                <span className="hm-question-place">
                  <button type="button" className="hm-question-name" onClick={() => onPreview(item)}>
                    {item.title}
                  </button>
                  {item.questionId && (
                    <span>
                      <Tag tone="success">{t('library.present')}</Tag>
                    </span>
                  )}
                </span>
              </span>
            ),
          },
          { title: t('library.kind'), cell: ({ kind }) => t(`library.kinds.${kind}`) },
          { title: t('difficulty'), cell: ({ difficulty }) => <DifficultyTag difficulty={difficulty} /> },
          { title: t('minutes'), cell: ({ expectedMinutes }) => <span className="hm-num">{expectedMinutes}</span> },
          { title: t('tags'), cell: ({ tags }) => tags.join(t('separator')) },
        ]}
      />
    </>
  )
}

interface PreviewProps {
  summary: LibraryQuestionSummary
  language: LibraryLanguage
  footer: ReactNode
  error: string
  onBack: () => void
  onClose: () => void
}

/** The whole question, with its parts for interviewers. */
function Preview({ summary, language, footer, error, onBack, onClose }: PreviewProps) {
  const { t } = useTranslation('questions')
  const { languages } = useSession().features.sandbox
  const query = useQuery(libraryQuestionQuery(summary.id, language))
  return (
    <Modal kind="drawer" title={summary.title} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        <div>
          <Button size="small" variant="text" theme="primary" onClick={onBack}>
            {t('library.back')}
          </Button>
        </div>
        {error && <Note tone="error">{error}</Note>}
        {summary.questionId && <Note>{t('library.presentHint')}</Note>}
        <QueryContent query={query}>{(question) => <QuestionBody question={question} languages={languages} />}</QueryContent>
      </div>
    </Modal>
  )
}
