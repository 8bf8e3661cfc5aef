import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import, ImportLine } from '@/api/imports'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Segmented } from '@/ui/Segmented'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'

const tones: Record<ImportLine['state'], Tone> = { good: 'success', warning: 'warning', error: 'danger' }

// More at once would keep a phone busy for seconds.
const step = 100

/** The rows of a file, with what is wrong below each cell. */
export function Lines({ of: { lines, columns } }: { of: Import }) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const troubled = lines.filter(({ state }) => state !== 'good')
  const [only, setOnly] = useState<'all' | 'troubled'>('all')
  const [count, setCount] = useState(step)
  const chosen = only === 'all' ? lines : troubled
  return (
    <Card flush>
      {troubled.length > 0 && troubled.length < lines.length && (
        <div className="hm-import__bar">
          <Segmented
            label={t('imports.show')}
            value={only}
            options={[
              { value: 'all', label: t('imports.all', { count: lines.length }) },
              { value: 'troubled', label: t('imports.troubled', { count: troubled.length }) },
            ]}
            onChange={setOnly}
          />
        </div>
      )}
      <div className="hm-import__lines">
        <Table
          label={t('imports.rows')}
          rows={chosen.slice(0, count).map((line) => ({ ...line, id: String(line.row) }))}
          columns={[
            { title: t('imports.row'), main: true, cell: (line) => <State line={line} /> },
            ...columns.map(({ key, title }) => ({ title, cell: (line: ImportLine) => line.cells[key] !== undefined && <Cell line={line} column={key} /> })),
          ]}
        />
      </div>
      {chosen.length > count && (
        <div className="hm-more-row">
          <Button variant="text" theme="primary" onClick={() => setCount(count + step)}>
            {common('common.more')}
          </Button>
        </div>
      )}
    </Card>
  )
}

function State({ line }: { line: ImportLine }) {
  const { t } = useTranslation('admin')
  // What is about no column of the file stands here.
  const homeless = line.issues.filter(({ column }) => !column || line.cells[column] === undefined)
  return (
    <span className="hm-import__cell">
      <span className="hm-row">
        <span className="hm-num">{line.row}</span>
        <Tag tone={tones[line.state]}>{t(`imports.state.${line.state}`)}</Tag>
      </span>
      <Issues issues={homeless} />
    </span>
  )
}

function Cell({ line, column }: { line: ImportLine; column: string }) {
  return (
    <span className="hm-import__cell">
      <span>{line.cells[column]}</span>
      <Issues issues={line.issues.filter((one) => one.column === column)} />
    </span>
  )
}

function Issues({ issues }: { issues: ImportLine['issues'] }) {
  return issues.map(({ code, level, message }) => (
    <span key={code} className={`hm-small hm-import__issue hm-import__issue--${level}`}>
      {message}
    </span>
  ))
}
