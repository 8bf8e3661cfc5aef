import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { positionChoicesQuery, positionQuery } from '@/api/catalog'
import { memberChoicesQuery } from '@/api/company'
import type { InsightFilter, InsightPeriod } from '@/api/insight'
import { Combobox } from '@/ui/Combobox'
import { DateField } from '@/ui/DateField'
import { useDebouncedValue } from '@/ui/useDebouncedValue'

interface Props {
  filter: InsightFilter
  onChange: (change: Partial<InsightFilter>) => void
}

export function PeriodFields({ period: { from, to }, onChange }: { period: InsightPeriod; onChange: (change: Partial<InsightPeriod>) => void }) {
  const { t } = useTranslation('insight')
  return (
    <>
      <DateField label={t('from')} value={from} max={to} onChange={(day) => onChange({ from: day })} />
      <DateField label={t('to')} value={to} min={from} onChange={(day) => onChange({ to: day })} />
    </>
  )
}

/** Days are those of the company's time zone, the last one included. */
export function InsightFilters({ filter, onChange }: Props) {
  return (
    <div className="hm-filters hm-insight-filters" role="search">
      <PeriodFields period={filter} onChange={onChange} />
      <PositionFilter filter={filter} onChange={onChange} />
      <InterviewerFilter filter={filter} onChange={onChange} />
    </div>
  )
}

function PositionFilter({ filter: { positionId = '' }, onChange }: Props) {
  const { t } = useTranslation('insight')
  const [q, setQ] = useState('')
  const found = useQuery(positionChoicesQuery(useDebouncedValue(q)))
  const selected = useQuery(positionQuery(positionId))
  const choices = (found.data?.items ?? []).map(({ id, title }) => ({ id, label: title, selected: id === positionId }))
  return (
    <Combobox
      label={t('position')}
      placeholder={t('anyPosition')}
      displayValue={positionId ? (selected.data?.title ?? '') : ''}
      choices={q ? choices : [{ id: '', label: t('anyPosition') }, ...choices]}
      loading={found.isPending}
      failed={found.isError}
      onSearch={setQ}
      onChoose={({ id }) => onChange({ positionId: id })}
    />
  )
}

function InterviewerFilter({ filter: { interviewer = '' }, onChange }: Props) {
  const { t } = useTranslation('insight')
  const [q, setQ] = useState('')
  const [name, setName] = useState<string>()
  const found = useQuery(memberChoicesQuery(useDebouncedValue(q)))
  const choices = (found.data?.items ?? []).map(({ userId, name, departments }) => ({ id: userId, label: name, detail: departments[0]?.name, selected: userId === interviewer }))
  return (
    <Combobox
      label={t('interviewer')}
      placeholder={t('anyInterviewer')}
      displayValue={interviewer ? (name ?? interviewer) : ''}
      choices={q ? choices : [{ id: '', label: t('anyInterviewer') }, ...choices]}
      loading={found.isPending}
      failed={found.isError}
      onSearch={setQ}
      onChoose={({ id, label }) => {
        setName(label)
        onChange({ interviewer: id })
      }}
    />
  )
}
