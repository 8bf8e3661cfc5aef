import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmbeddedInterview } from '@/api/types'
import { isExpired } from '@/api/embed'
import { formatDay, formatSpan } from '@/time/format'
import { wallClock } from '@/time/zone'
import { useTitle } from '@/ui/Page'
import { Empty, ErrorState, Skeleton, useErrorText } from '@/ui/states'
import './embed.css'

interface Props<T extends { interview: EmbeddedInterview }> {
  title: string
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  children: (data: T) => ReactNode
}

/** A page in a frame of ShowMeBug's: no navigation, no session, as narrow as a side panel. */
export function Frame<T extends { interview: EmbeddedInterview }>({ title, query, children }: Props<T>) {
  useTitle(title)
  const { data, error } = query
  return (
    <main className="hm-embed">
      {data ? (
        <>
          <Subject title={title} interview={data.interview} />
          {children(data)}
        </>
      ) : isExpired(error) ? (
        <Expired error={error} />
      ) : error ? (
        <ErrorState error={error} retry={() => void query.refetch()} />
      ) : (
        <Skeleton />
      )}
    </main>
  )
}

function Subject({ title, interview }: { title: string; interview: EmbeddedInterview }) {
  const { t } = useTranslation()
  const { candidateName, positionTitle, round, startsAt, endsAt, timeZone } = interview
  return (
    <header>
      <h1>
        {candidateName} <span className="hm-embed__what">{title}</span>
      </h1>
      <div className="hm-small hm-muted">
        {[positionTitle, t('interview.round', { round })].join(' · ')}{' '}
        <span className="hm-num">
          {formatDay(wallClock(new Date(startsAt), timeZone).day)} {formatSpan(startsAt, endsAt, timeZone)}
        </span>
      </div>
    </header>
  )
}

function Expired({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  return <Empty title={t('embed.expired')} text={errorText(error)} />
}
