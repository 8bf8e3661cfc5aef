import type { ReactNode } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import, ImportLine } from '@/api/imports'
import { Button } from '@/ui/Button'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { NEW } from './choices'

const tones: Record<ImportLine['state'], Tone> = { good: 'success', warning: 'warning', error: 'danger' }

// More rows at once block a phone for seconds.
const PAGE_SIZE = 100

interface Props {
  data: Import
  /** The chosen candidates by row. */
  chosen?: Record<number, string>
  /** Absent after the import. */
  onChoose?: (row: number, candidateId: string) => void
}

/** The rows of a file, with the issues below each cell. */
export function ImportRows({ data: { lines, columns }, chosen = {}, onChoose }: Props) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const withIssues = lines.filter(({ state }) => state !== 'good')
  const [filter, setFilter] = useState<'all' | 'troubled'>('all')
  const [count, setCount] = useState(PAGE_SIZE)
  const filtered = filter === 'all' ? lines : withIssues
  return (
    <Card flush>
      {withIssues.length > 0 && withIssues.length < lines.length && (
        <div className="hm-import__bar">
          <SegmentedControl
            label={t('imports.show')}
            value={filter}
            options={[
              { value: 'all', label: t('imports.all', { count: lines.length }) },
              { value: 'troubled', label: t('imports.troubled', { count: withIssues.length }) },
            ]}
            onChange={setFilter}
          />
        </div>
      )}
      <div className="hm-import__lines">
        <Table
          label={t('imports.rows')}
          rows={filtered.slice(0, count).map((line) => ({ ...line, id: String(line.row) }))}
          columns={[
            { title: t('imports.row'), isRowHeader: true, cell: (line) => <RowState line={line} /> },
            ...columns.map(({ key, title }) => ({
              title,
              cell: (line: ImportLine) =>
              line.cells[key] !== undefined && (
                <IssueCell line={line} column={key}>
                  {key === 'name' && onChoose && <CandidateChoice line={line} chosen={chosen[line.row]} onChoose={onChoose} />}
                </IssueCell>
              ),
            })),
          ]}
        />
      </div>
      {filtered.length > count && (
        <div className="hm-more-row">
          <Button variant="text" theme="primary" onClick={() => setCount(count + PAGE_SIZE)}>
            {tCommon('common.more')}
          </Button>
        </div>
      )}
    </Card>
  )
}

function RowState({ line }: { line: ImportLine }) {
  const { t } = useTranslation('admin')
  // Issues without a column in the file.
  const rowIssues = line.issues.filter(({ column }) => !column || line.cells[column] === undefined)
  return (
    <span className="hm-import__cell">
      <span className="hm-row">
        <span className="hm-num">{line.row}</span>
        <Tag tone={tones[line.state]}>{t(`imports.state.${line.state}`)}</Tag>
      </span>
      <IssueList issues={rowIssues} />
    </span>
  )
}

/** The stored candidates of an interview that is not certainly with one of them. */
function CandidateChoice({ line, chosen = '', onChoose }: { line: ImportLine; chosen: string | undefined; onChoose: NonNullable<Props['onChoose']> }) {
  const { t } = useTranslation('admin')
  if (!line.candidates?.length) return null
  return (
    <SelectField
      label={t('imports.candidate', { row: line.row })}
      hideLabel
      value={chosen}
      options={[
        { value: '', label: t('imports.notChosen') },
        ...line.candidates.map(({ id, name, email, mobile, positionTitle }) => ({ value: id, label: [name, email || mobile, positionTitle].filter(Boolean).join(' · ') })),
        { value: NEW, label: t('imports.newCandidate') },
      ]}
      onChange={(candidateId) => onChoose(line.row, candidateId)}
    />
  )
}

function IssueCell({ line, column, children }: { line: ImportLine; column: string; children?: ReactNode }) {
  return (
    <span className="hm-import__cell">
      <span>{line.cells[column]}</span>
      <IssueList issues={line.issues.filter((one) => one.column === column)} />
      {children}
    </span>
  )
}

function IssueList({ issues }: { issues: ImportLine['issues'] }) {
  return issues.map(({ code, level, message }) => (
    <span key={code} className={`hm-small hm-import__issue hm-import__issue--${level}`}>
      {message}
    </span>
  ))
}
