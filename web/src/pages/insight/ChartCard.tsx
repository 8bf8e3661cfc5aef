import { useState } from 'react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/feedback'
import { Card } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Table } from '@/ui/Table'
import { Chart } from './Chart'
import type { ChartContent } from './chartContent'

interface Props<T extends { id: string }> {
  title: string
  definition: string
  chart: ChartContent
  onSelect?: (series: number, category: number) => void
  columns: ComponentProps<typeof Table<T>>['columns']
  rows: T[]
  exportURL?: string
}

/** A chart with the definition of its figures, its table and the table's file. */
export function ChartCard<T extends { id: string }>({ title, definition, chart, onSelect, columns, rows, exportURL }: Props<T>) {
  const { t } = useTranslation('insight')
  const [view, setView] = useState<'chart' | 'table'>('chart')
  return (
    <Card
      flush
      title={title}
      actions={
        <SegmentedControl
          label={t('viewOf', { title })}
          value={view}
          options={[
            { value: 'chart', label: t('chart') },
            { value: 'table', label: t('table') },
          ]}
          onChange={setView}
        />
      }
    >
      <p className="hm-insight-definition hm-small hm-muted">{definition}</p>
      {rows.length === 0 ? (
        <EmptyState small title={t('none')} />
      ) : view === 'table' ? (
        <div className="hm-insight-table">
          <Table label={title} columns={columns} rows={rows} />
        </div>
      ) : (
        <div className="hm-insight-chart">
          <Chart label={title} content={chart} onSelect={(series, category) => onSelect?.(series, category)} />
        </div>
      )}
      {exportURL && (
        <p className="hm-insight-export hm-small">
          <a href={exportURL} aria-label={t('exportOf', { title })} download>
            {t('export')}
          </a>
        </p>
      )}
    </Card>
  )
}
