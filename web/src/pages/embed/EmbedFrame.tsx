import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmbeddedInterview } from '@/api/types'
import { isInvalidLink } from '@/api/embed'
import { formatDay, formatTimeRange } from '@/time/format'
import { toWallClock } from '@/time/zone'
import { useDocumentTitle } from '@/ui/Page'
import { EmptyState, ErrorState, Skeleton, useErrorText } from '@/ui/feedback'
import './embed.css'

interface Props<T extends { interview: EmbeddedInterview }> {
  title: string
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  children: (data: T) => ReactNode
}

/** Layout of a page in ShowMeBug's frame: no navigation, no session, the width of a side panel. */
export function EmbedFrame<T extends { interview: EmbeddedInterview }>({ title, query, children }: Props<T>) {
  useDocumentTitle(title)
  const { data, error } = query
  return (
    <main className="hm-embed">
      {data ? (
        <>
          <InterviewHeading title={title} interview={data.interview} />
          {children(data)}
        </>
      ) : isInvalidLink(error) ? (
        <ExpiredLink error={error} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton />
      )}
    </main>
  )
}

function InterviewHeading({ title, interview }: { title: string; interview: EmbeddedInterview }) {
  const { t } = useTranslation()
  const { candidateName, positionTitle, round, startsAt, endsAt, timeZone } = interview
  return (
    <header>
      <h1>
        {candidateName} <span className="hm-embed__title">{title}</span>
      </h1>
      <div className="hm-small hm-muted">
        {[positionTitle, t('interview.round', { round })].join(' · ')}{' '}
        <span className="hm-num">
          {formatDay(toWallClock(new Date(startsAt), timeZone).day)} {formatTimeRange(startsAt, endsAt, timeZone)}
        </span>
      </div>
    </header>
  )
}

function ExpiredLink({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  return <EmptyState title={t('embed.expired')} text={errorText(error)} />
}
