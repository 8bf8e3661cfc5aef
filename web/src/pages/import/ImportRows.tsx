import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import, ImportLine } from '@/api/imports'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'

const tones: Record<ImportLine['state'], Tone> = { good: 'success', warning: 'warning', error: 'danger' }

// More rows at once block a phone for seconds.
const PAGE_SIZE = 100

/** The rows of a file, with the issues below each cell. */
export function ImportRows({ data: { lines, columns } }: { data: Import }) {
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
            ...columns.map(({ key, title }) => ({ title, cell: (line: ImportLine) => line.cells[key] !== undefined && <IssueCell line={line} column={key} /> })),
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

function IssueCell({ line, column }: { line: ImportLine; column: string }) {
  return (
    <span className="hm-import__cell">
      <span>{line.cells[column]}</span>
      <IssueList issues={line.issues.filter((one) => one.column === column)} />
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
