import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { InsightFilter, InsightRowsFilter } from '@/api/insight'
import { insightQuery, ownInsightQuery } from '@/api/insight'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { Page } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { DecidedCards, DelayCard, InterviewersCard, InterviewsCard, LeadCard, NotHeldCard } from './cards'
import { AgreementCard } from './AgreementCard'
import { InsightFilters, PeriodFields } from './InsightFilters'
import { RowsDrawer } from './RowsDrawer'
import { Totals } from './Totals'
import { defaultPeriod, isDay } from './format'
import './insight.css'

/** The figures of the company for recruiters, their own for interviewers. */
export default function InsightPage() {
  const recruiter = hasAct(useSession(), 'read_insight')
  return recruiter ? <CompanyInsight /> : <OwnInsight />
}

/** The filter in the URL, so that a view can be shared. */
function useInsightFilter(): [InsightFilter, (change: Partial<InsightFilter>) => void] {
  const zone = useTimeZone()
  const [params, setParams] = useSearchParams()
  const filter = useMemo(() => {
    const [from, to, period] = [params.get('from'), params.get('to'), defaultPeriod(zone)]
    return {
      from: isDay(from) ? from : period.from,
      to: isDay(to) ? to : period.to,
      positionId: params.get('position') ?? undefined,
      interviewer: params.get('interviewer') ?? undefined,
    }
  }, [params, zone])
  const names = { from: 'from', to: 'to', positionId: 'position', interviewer: 'interviewer' } as const
  return [
    filter,
    (change) =>
      setParams(
        (before) => {
          for (const key of Object.keys(change) as (keyof InsightFilter)[]) {
            if (change[key]) before.set(names[key], change[key])
            else before.delete(names[key])
          }
          return before
        },
        { replace: true },
      ),
  ]
}

function CompanyInsight() {
  const { t } = useTranslation('insight')
  const [filter, setFilter] = useInsightFilter()
  const report = useQuery(insightQuery(filter))
  const [rows, setRows] = useState<InsightRowsFilter>()
  const show = (change: Partial<InsightRowsFilter> & Pick<InsightRowsFilter, 'figure'>) => setRows({ ...filter, ...change })
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <InsightFilters filter={filter} onChange={setFilter} />
      <QueryContent query={report} lines={9}>
        {(data) => (
          <>
            <Totals total={data.total} show={show} />
            <div className="hm-insight">
              <InterviewsCard weeks={data.weeks} filter={filter} show={show} />
              <NotHeldCard weeks={data.weeks} filter={filter} show={show} />
              <LeadCard weeks={data.weeks} filter={filter} show={show} />
              <DelayCard weeks={data.weeks} filter={filter} show={show} />
              <DecidedCards data={data} filter={filter} show={show} />
              <InterviewersCard data={data} filter={filter} show={show} />
              <AgreementCard filter={filter} />
            </div>
          </>
        )}
      </QueryContent>
      {rows && <RowsDrawer filter={rows} onClose={() => setRows(undefined)} />}
    </Page>
  )
}

function OwnInsight() {
  const { t } = useTranslation('insight')
  const interviewer = useSession().user.userId
  const [filter, setFilter] = useInsightFilter()
  const { from, to } = filter
  const report = useQuery(ownInsightQuery({ from, to }))
  const [rows, setRows] = useState<InsightRowsFilter>()
  const show = (change: Partial<InsightRowsFilter> & Pick<InsightRowsFilter, 'figure'>) => setRows({ from, to, interviewer, ...change })
  return (
    <Page title={t('title')} subtitle={t('ownSubtitle')}>
      <div className="hm-filters" role="search">
        <PeriodFields period={filter} onChange={setFilter} />
      </div>
      <QueryContent query={report} lines={9}>
        {(data) => (
          <>
            <Totals own total={data.total} show={show} />
            <div className="hm-insight">
              <InterviewsCard weeks={data.weeks} show={show} />
              <DelayCard weeks={data.weeks} show={show} />
            </div>
          </>
        )}
      </QueryContent>
      {rows && <RowsDrawer filter={rows} onClose={() => setRows(undefined)} />}
    </Page>
  )
}
