import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchIcon } from '@/ui/icons'
import { positionChoicesQuery } from '@/api/catalog'
import { interviewPagesQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDay } from '@/time/format'
import { todayIn } from '@/time/zone'
import { Button, ButtonLink } from '@/ui/Button'
import { SelectField, TextField } from '@/ui/Field'
import { InterviewRow } from '@/ui/InterviewRow'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card } from '@/ui/Page'
import { ReplayLink } from '@/ui/ReplayLink'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import type { InterviewFilterState, StatusFilter } from './useInterviewFilter'
import { searchChange, toApiFilter } from './useInterviewFilter'

const STATUS_FILTERS: StatusFilter[] = ['upcoming', 'ended', 'cancelled', 'all']

export function ListView({ filter }: { filter: InterviewFilterState }) {
  const pages = useInfiniteQuery(interviewPagesQuery(toApiFilter(filter, filter.q)))
  return (
    <>
      <FilterBar filter={filter} />
      <Card flush>
        <QueryContent query={pages} lines={9}>
          {({ pages: loaded }) => <InterviewsByDay interviews={loaded.flatMap(({ items }) => items)} filter={filter} />}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
    </>
  )
}

function FilterBar({ filter }: { filter: InterviewFilterState }) {
  const { t } = useTranslation()
  const [q, setQ] = useState(filter.q)
  const debouncedQuery = useDebouncedValue(q.trim())
  const positions = useQuery(positionChoicesQuery(''))
  const { set } = filter
  useEffect(() => {
    if (debouncedQuery !== filter.q) set(searchChange(filter, debouncedQuery))
    // Runs only after typing; set changes on every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [debouncedQuery])

  const positionOptions = (positions.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))
  return (
    <div className="hm-filters" role="search">
      <div className="hm-filters__search">
        <TextField hideLabel type="search" label={t('interviews.search')} placeholder={t('interviews.search')} icon={<SearchIcon />} value={q} onChange={setQ} />
      </div>
      <SelectField
        hideLabel
        label={t('interviews.which')}
        value={filter.which}
        options={STATUS_FILTERS.map((value) => ({ value, label: t(`interviews.whiches.${value}`) }))}
        onChange={(which) => set({ which })}
      />
      <SelectField
        hideLabel
        label={t('interviews.scope')}
        value={filter.scope}
        options={[
          { value: 'all', label: t('interviews.scopes.all') },
          { value: 'mine', label: t('interviews.scopes.mine') },
        ]}
        onChange={(scope) => set({ scope })}
      />
      <SelectField
        hideLabel
        label={t('interviews.position')}
        value={filter.position}
        options={[{ value: '', label: t('interviews.anyPosition') }, ...positionOptions]}
        onChange={(position) => set({ position })}
      />
    </div>
  )
}

function InterviewsByDay({ interviews, filter }: { interviews: Interview[]; filter: InterviewFilterState }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  if (interviews.length === 0) return <NoInterviews filter={filter} />
  const days = new Map<string, Interview[]>()
  for (const one of interviews) {
    const day = todayIn(zone, new Date(one.startsAt))
    days.set(day, [...(days.get(day) ?? []), one])
  }
  return [...days].map(([day, dayInterviews]) => (
    <section key={day} aria-label={formatDay(day)}>
      <h2 className="hm-day">
        {formatDay(day)}
        {day === todayIn(zone) && <span className="hm-day__today">{t('common.today')}</span>}
      </h2>
      <ul>
        {dayInterviews.map((one) => (
          <InterviewRow key={one.id} interview={one} actions={<ReplayLink small interview={one} />} />
        ))}
      </ul>
    </section>
  ))
}

/** Searches without the other filters, if that finds anything. Declined interviews, for example, are not among the member's own ones. */
function SearchAllButton({ filter: { q, which, scope, position, set } }: { filter: InterviewFilterState }) {
  const { t } = useTranslation()
  const isRestricted = which !== 'all' || scope !== 'all' || position !== ''
  const found = useInfiniteQuery({
    ...interviewPagesQuery(toApiFilter({ which: 'all', scope: 'all', position: '' }, q)),
    enabled: q !== '' && isRestricted,
  })
  const count = found.data?.pages.flatMap(({ items }) => items).length ?? 0
  if (count === 0) return null
  return (
    <Button theme="primary" onClick={() => set({ which: 'all', scope: 'all', position: '' })}>
      {t('interviews.searchAll', { number: found.hasNextPage ? `${count}+` : count })}
    </Button>
  )
}

function NoInterviews({ filter }: { filter: InterviewFilterState }) {
  const { t } = useTranslation()
  const recruiter = hasAct(useSession(), 'schedule_interviews')
  if (filter.q || filter.position) {
    return (
      <EmptyState title={t('common.noMatch')}>
        <SearchAllButton filter={filter} />
        <Button onClick={() => filter.set({ q: '', position: '', which: 'all' })}>{t('common.clearFilters')}</Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState title={t(`interviews.nothing.${filter.which}`)} text={recruiter ? t('interviews.nothingText') : undefined}>
      {recruiter && <ButtonLink to="/interviews/new" theme="primary">{t('interview.new')}</ButtonLink>}
    </EmptyState>
  )
}
