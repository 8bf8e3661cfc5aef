import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchIcon } from '@/ui/icons'
import { positionChoices } from '@/api/catalog'
import { interviewPages } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { hasRole, useSession, useZone } from '@/app/useSession'
import { formatDay } from '@/time/format'
import { today } from '@/time/zone'
import { Button, ButtonLink } from '@/ui/Button'
import { SelectField, TextField } from '@/ui/Field'
import { InterviewLine } from '@/ui/InterviewLine'
import { MoreButton } from '@/ui/MoreButton'
import { Card } from '@/ui/Page'
import { Empty, Loaded } from '@/ui/states'
import { useDebounced } from '@/ui/useDebounced'
import type { Filter, Which } from './useFilter'
import { queryOf } from './useFilter'

const whiches: Which[] = ['upcoming', 'ended', 'cancelled', 'all']

export function ListView({ filter }: { filter: Filter }) {
  const pages = useInfiniteQuery(interviewPages(queryOf(filter, filter.q)))
  return (
    <>
      <Filters filter={filter} />
      <Card flush>
        <Loaded query={pages} lines={9}>
          {({ pages: loaded }) => <Days interviews={loaded.flatMap(({ items }) => items)} filter={filter} />}
        </Loaded>
        <MoreButton query={pages} />
      </Card>
    </>
  )
}

function Filters({ filter }: { filter: Filter }) {
  const { t } = useTranslation()
  const [q, setQ] = useState(filter.q)
  const settled = useDebounced(q.trim())
  const positions = useQuery(positionChoices(''))
  const { set } = filter
  useEffect(() => {
    if (settled !== filter.q) set({ q: settled })
    // Only what was typed counts; set is new on every draw.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled])

  const positionOptions = (positions.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))
  return (
    <div className="hm-filters" role="search">
      <div className="hm-filters__search">
        <TextField bare type="search" label={t('interviews.search')} placeholder={t('interviews.search')} icon={<SearchIcon />} value={q} onChange={setQ} />
      </div>
      <SelectField
        bare
        label={t('interviews.which')}
        value={filter.which}
        options={whiches.map((value) => ({ value, label: t(`interviews.whiches.${value}`) }))}
        onChange={(which) => set({ which })}
      />
      <SelectField
        bare
        label={t('interviews.scope')}
        value={filter.scope}
        options={[
          { value: 'all', label: t('interviews.scopes.all') },
          { value: 'mine', label: t('interviews.scopes.mine') },
        ]}
        onChange={(scope) => set({ scope })}
      />
      <SelectField
        bare
        label={t('interviews.position')}
        value={filter.position}
        options={[{ value: '', label: t('interviews.anyPosition') }, ...positionOptions]}
        onChange={(position) => set({ position })}
      />
    </div>
  )
}

function Days({ interviews, filter }: { interviews: Interview[]; filter: Filter }) {
  const { t } = useTranslation()
  const zone = useZone()
  if (interviews.length === 0) return <Nothing filter={filter} />
  const days = new Map<string, Interview[]>()
  for (const one of interviews) {
    const day = today(zone, new Date(one.startsAt))
    days.set(day, [...(days.get(day) ?? []), one])
  }
  return [...days].map(([day, ones]) => (
    <section key={day} aria-label={formatDay(day)}>
      <h2 className="hm-day">
        {formatDay(day)}
        {day === today(zone) && <span className="hm-day__today">{t('common.today')}</span>}
      </h2>
      <ul>
        {ones.map((one) => (
          <InterviewLine key={one.id} interview={one} />
        ))}
      </ul>
    </section>
  ))
}

function Nothing({ filter }: { filter: Filter }) {
  const { t } = useTranslation()
  const recruiter = hasRole(useSession(), 'recruiter')
  if (filter.q || filter.position) {
    return (
      <Empty title={t('common.noMatch')}>
        <Button onClick={() => filter.set({ q: '', position: '', which: 'all' })}>{t('common.clearFilters')}</Button>
      </Empty>
    )
  }
  return (
    <Empty title={t(`interviews.nothing.${filter.which}`)} text={recruiter ? t('interviews.nothingText') : undefined}>
      {recruiter && <ButtonLink to="/interviews/new" theme="primary">{t('interview.new')}</ButtonLink>}
    </Empty>
  )
}
