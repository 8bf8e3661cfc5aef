import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Insight, InsightDurations, InsightFilter, InsightRowsFilter, InsightSummary, InsightWeek } from '@/api/insight'
import { insightExportURL } from '@/api/insight'
import { ChartCard } from './ChartCard'
import type { ChartContent } from './chartContent'
import { FigureButton } from './FigureButton'
import { formatDays, formatHours, formatPercent, formatPeriod, formatWeek, percentOf, toDays, toHours } from './format'

type Show = (rows: Partial<InsightRowsFilter> & Pick<InsightRowsFilter, 'figure'>) => void

interface WeeksProps {
  weeks: InsightWeek[]
  /** For the file; without one there is none. */
  filter?: InsightFilter
  show: Show
}

interface ReportProps {
  data: Insight
  filter: InsightFilter
  show: Show
}

const OUTCOMES = [
  { figure: 'held', key: 'held', color: '--td-brand-color-7' },
  { figure: 'scheduled', key: 'scheduled', color: '--td-brand-color-3' },
  { figure: 'cancelled', key: 'cancelled', color: '--hm-neutral' },
  { figure: 'not_held', key: 'notHeld', color: '--td-warning-color-6' },
] as const

/** The bars of a chart of one series that are displayed; the table has all rows. */
const MOST_BARS = 12

const count = (value: number) => String(value)

function usesWeeks(weeks: InsightWeek[]) {
  const hasFigures = weeks.some(({ held, scheduled, cancelled, notHeld, due }) => held + scheduled + cancelled + notHeld + due > 0)
  return hasFigures ? weeks.map((week) => ({ ...week, id: week.from })) : []
}

/** The row header of a week. */
function useWeekColumn() {
  const { t } = useTranslation('insight')
  return { title: t('week'), isRowHeader: true, cell: ({ from, to }: InsightWeek) => <span className="hm-num">{formatPeriod(from, to)}</span> }
}

/** Interviews per week by their outcome. */
export function InterviewsCard({ weeks, filter, show }: WeeksProps) {
  const { t } = useTranslation('insight')
  const chart = useMemo<ChartContent>(
    () => ({
      kind: 'bar', stacked: true, whole: true, format: count, categories: weeks.map(({ from }) => formatWeek(from)),
      series: OUTCOMES.map(({ key, color }) => ({ name: t(key), color, values: weeks.map((week) => week[key]) })),
    }),
    [weeks, t],
  )
  const weekColumn = useWeekColumn()
  return (
    <ChartCard
      title={t('interviews.title')}
      definition={t('interviews.definition')}
      chart={chart}
      rows={usesWeeks(weeks)}
      columns={[
        weekColumn,
        ...OUTCOMES.map(({ figure, key }) => ({
          title: t(key),
          cell: ({ from, to, [key]: value }: InsightWeek) => <FigureButton onClick={() => show({ figure, from, to })}>{value}</FigureButton>,
        })),
      ]}
      onSelect={(series, category) => {
        const [outcome, week] = [OUTCOMES[series], weeks[category]]
        if (outcome && week) show({ figure: outcome.figure, from: week.from, to: week.to })
      }}
      exportURL={filter && insightExportURL(filter, 'interviews')}
    />
  )
}

/** The share of interviews that were not held. */
export function NotHeldCard({ weeks, filter, show }: WeeksProps) {
  const { t } = useTranslation('insight')
  const chart = useMemo<ChartContent>(
    () => ({
      kind: 'bar', max: 100, format: formatPercent, categories: weeks.map(({ from }) => formatWeek(from)),
      series: [{ name: t('notHeldShare'), color: '--td-warning-color-6', values: weeks.map(({ held, notHeld }) => percentOf(notHeld, held + notHeld)) }],
    }),
    [weeks, t],
  )
  const weekColumn = useWeekColumn()
  return (
    <ChartCard
      title={t('notHeldCard.title')}
      definition={t('notHeldCard.definition')}
      chart={chart}
      rows={usesWeeks(weeks)}
      columns={[
        weekColumn,
        { title: t('held'), cell: ({ from, to, held }) => <FigureButton onClick={() => show({ figure: 'held', from, to })}>{held}</FigureButton> },
        { title: t('notHeld'), cell: ({ from, to, notHeld }) => <FigureButton onClick={() => show({ figure: 'not_held', from, to })}>{notHeld}</FigureButton> },
        { title: t('notHeldShare'), cell: ({ held, notHeld }) => shareText(notHeld, held + notHeld) },
      ]}
      onSelect={(_, category) => {
        const week = weeks[category]
        if (week) show({ figure: 'not_held', from: week.from, to: week.to })
      }}
      exportURL={filter && insightExportURL(filter, 'not_held')}
    />
  )
}

function shareText(part: number, whole: number) {
  const percent = percentOf(part, whole)
  return percent !== null && <span className="hm-num">{formatPercent(percent)}</span>
}

/** Median and 90th percentile per week. */
function useDurationChart(weeks: InsightWeek[], key: 'lead' | 'delay', convert: (minutes: number) => number, format: (value: number) => string) {
  const { t } = useTranslation('insight')
  return useMemo<ChartContent>(() => {
    const values = (of: (durations: InsightDurations) => number) => weeks.map(({ [key]: durations }) => (durations.count > 0 ? convert(of(durations)) : null))
    return {
      kind: 'line', format, categories: weeks.map(({ from }) => formatWeek(from)),
      series: [
        { name: t('median'), color: '--td-brand-color-7', values: values(({ medianMinutes }) => medianMinutes) },
        { name: t('p90'), color: '--td-warning-color-6', values: values(({ p90Minutes }) => p90Minutes), dashed: true },
      ],
    }
  }, [weeks, key, convert, format, t])
}

function durationCell(durations: InsightDurations, minutes: number, convert: (minutes: number) => number, format: (value: number) => string) {
  return durations.count > 0 && <span className="hm-num">{format(convert(minutes))}</span>
}

/** The time from the creation of an interview to its start. */
export function LeadCard({ weeks, filter, show }: WeeksProps) {
  const { t } = useTranslation('insight')
  const chart = useDurationChart(weeks, 'lead', toDays, formatDays)
  const weekColumn = useWeekColumn()
  return (
    <ChartCard
      title={t('lead.title')}
      definition={t('lead.definition')}
      chart={chart}
      rows={usesWeeks(weeks)}
      columns={[
        weekColumn,
        { title: t('count'), cell: ({ from, to, lead }) => <FigureButton onClick={() => show({ figure: 'lead', from, to })}>{lead.count}</FigureButton> },
        { title: t('median'), cell: ({ lead }) => durationCell(lead, lead.medianMinutes, toDays, formatDays) },
        { title: t('p90'), cell: ({ lead }) => durationCell(lead, lead.p90Minutes, toDays, formatDays) },
      ]}
      onSelect={(_, category) => {
        const week = weeks[category]
        if (week) show({ figure: 'lead', from: week.from, to: week.to })
      }}
      exportURL={filter && insightExportURL(filter, 'lead')}
    />
  )
}

/** The time from the end of an interview to the submission of a scorecard. */
export function DelayCard({ weeks, filter, show }: WeeksProps) {
  const { t } = useTranslation('insight')
  const chart = useDurationChart(weeks, 'delay', toHours, formatHours)
  const weekColumn = useWeekColumn()
  return (
    <ChartCard
      title={t('delay.title')}
      definition={t('delay.definition')}
      chart={chart}
      rows={usesWeeks(weeks)}
      columns={[
        weekColumn,
        { title: t('count'), cell: ({ from, to, delay }) => <FigureButton onClick={() => show({ figure: 'evaluated', from, to })}>{delay.count}</FigureButton> },
        { title: t('median'), cell: ({ delay }) => durationCell(delay, delay.medianMinutes, toHours, formatHours) },
        { title: t('p90'), cell: ({ delay }) => durationCell(delay, delay.p90Minutes, toHours, formatHours) },
        { title: t('late'), cell: ({ from, to, late }) => <FigureButton onClick={() => show({ figure: 'late', from, to })}>{late}</FigureButton> },
        { title: t('lateShare'), cell: ({ late, due }) => shareText(late, due) },
      ]}
      onSelect={(_, category) => {
        const week = weeks[category]
        if (week) show({ figure: 'evaluated', from: week.from, to: week.to })
      }}
      exportURL={filter && insightExportURL(filter, 'delay')}
    />
  )
}

interface DecidedRow {
  id: string
  label: string
  passed: number
  failed: number
  selection: Partial<InsightRowsFilter>
}

/** The pass rate by round and by position. */
export function DecidedCards({ data: { rounds, positions }, filter, show }: ReportProps) {
  const { t } = useTranslation('insight')
  const byRound = useMemo(() => rounds.map(({ round, ...counts }) => ({ id: String(round), label: t('round', { round }), selection: { round }, ...counts })), [rounds, t])
  const byPosition = useMemo(() => positions.map(({ position: { id, title }, ...counts }) => ({ id, label: title, selection: { positionId: id }, ...counts })), [positions])
  return (
    <>
      <DecidedCard title={t('passByRound')} heading={t('roundColumn')} rows={byRound} exportURL={insightExportURL(filter, 'rounds')} show={show} />
      <DecidedCard title={t('passByPosition')} heading={t('position')} rows={byPosition} exportURL={insightExportURL(filter, 'positions')} show={show} />
    </>
  )
}

function DecidedCard({ title, heading, rows, exportURL, show }: { title: string; heading: string; rows: DecidedRow[]; exportURL: string; show: Show }) {
  const { t } = useTranslation('insight')
  const chart = useMemo<ChartContent>(() => {
    const shown = rows.slice(0, MOST_BARS)
    return {
      kind: 'bar', horizontal: true, max: 100, format: formatPercent, categories: shown.map(({ label }) => label),
      series: [{ name: t('passRate'), color: '--td-success-color-6', values: shown.map(({ passed, failed }) => percentOf(passed, passed + failed)) }],
    }
  }, [rows, t])
  return (
    <ChartCard
      title={title}
      definition={t('passDefinition')}
      chart={chart}
      rows={rows}
      columns={[
        { title: heading, isRowHeader: true, cell: ({ label }) => label },
        { title: t('passed'), cell: ({ passed, selection }) => <FigureButton onClick={() => show({ figure: 'passed', ...selection })}>{passed}</FigureButton> },
        { title: t('failed'), cell: ({ failed, selection }) => <FigureButton onClick={() => show({ figure: 'failed', ...selection })}>{failed}</FigureButton> },
        { title: t('passRate'), cell: ({ passed, failed }) => shareText(passed, passed + failed) },
      ]}
      onSelect={(_, category) => {
        const row = rows[category]
        if (row) show({ figure: 'passed', ...row.selection })
      }}
      exportURL={exportURL}
    />
  )
}

/** The load of each interviewer. */
export function InterviewersCard({ data: { interviewers }, filter, show }: ReportProps) {
  const { t } = useTranslation('insight')
  const rows = useMemo(() => interviewers.map((one) => ({ ...one, id: one.member.userId })), [interviewers])
  const chart = useMemo<ChartContent>(() => {
    const shown = rows.slice(0, MOST_BARS)
    return {
      kind: 'bar', horizontal: true, whole: true, format: count, categories: shown.map(({ member }) => member.name),
      series: [
        { name: t('held'), color: '--td-brand-color-7', values: shown.map(({ held }) => held) },
        { name: t('late'), color: '--td-warning-color-6', values: shown.map(({ late }) => late) },
      ],
    }
  }, [rows, t])
  const figure = (title: string, figure: InsightRowsFilter['figure'], key: keyof Pick<InsightSummary, 'held' | 'scheduled' | 'declined' | 'late'>) => ({
    title,
    cell: (row: (typeof rows)[number]) => <FigureButton onClick={() => show({ figure, interviewer: row.id })}>{row[key]}</FigureButton>,
  })
  return (
    <ChartCard
      title={t('interviewers.title')}
      definition={t('interviewers.definition')}
      chart={chart}
      rows={rows}
      columns={[
        { title: t('interviewer'), isRowHeader: true, cell: ({ member }) => member.name },
        figure(t('held'), 'held', 'held'),
        { title: t('perWeek'), cell: ({ perWeek }) => <span className="hm-num">{perWeek}</span> },
        figure(t('scheduled'), 'scheduled', 'scheduled'),
        figure(t('declined'), 'declined', 'declined'),
        figure(t('late'), 'late', 'late'),
      ]}
      onSelect={(series, category) => {
        const row = rows[category]
        if (row) show({ figure: series === 0 ? 'held' : 'late', interviewer: row.id })
      }}
      exportURL={insightExportURL(filter, 'interviewers')}
    />
  )
}
