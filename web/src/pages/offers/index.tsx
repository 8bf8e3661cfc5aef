import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { offerPagesQuery } from '@/api/offers'
import type { Offer, OfferState } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { ButtonLink } from '@/ui/Button'
import { SelectField } from '@/ui/Field'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { OfferStateTag } from '@/ui/OfferStateTag'
import { OwnInterviewsRedirect } from '@/ui/OwnInterviews'
import { Card, Page } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { EmptyState, QueryContent } from '@/ui/feedback'

const STATES: OfferState[] = ['open', 'booked', 'expired', 'withdrawn']

/** The times that are offered to candidates. */
export default function OffersPage() {
  const recruiter = hasAct(useSession(), 'schedule_interviews')
  return recruiter ? <Offers /> : <OwnInterviewsRedirect />
}

function Offers() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const state = STATES.find((one) => one === params.get('state'))
  const pages = useInfiniteQuery(offerPagesQuery({ state: state && [state] }))
  return (
    <Page
      title={t('offers.title')}
      subtitle={t('offers.subtitle')}
      back={{ to: '/interviews', label: t('nav.interviews') }}
      actions={<ButtonLink to="/interviews/new?mode=offer" theme="primary">{t('offers.create')}</ButtonLink>}
    >
      <div className="hm-filters" role="search">
        <SelectField
          hideLabel
          label={t('offers.state')}
          value={state ?? ''}
          options={[{ value: '', label: t('offers.anyState') }, ...STATES.map((value) => ({ value, label: t(`offers.states.${value}`) }))]}
          onChange={(value) => setParams(value ? { state: value } : {}, { replace: true })}
        />
      </div>
      <Card flush>
        <QueryContent query={pages}>
          {({ pages: loaded }) => {
            const offers = loaded.flatMap(({ items }) => items)
            return offers.length > 0 ? <OfferTable offers={offers} /> : <EmptyState title={state ? t('common.noMatch') : t('offers.none')} />
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
    </Page>
  )
}

function OfferTable({ offers }: { offers: Offer[] }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  return (
    <Table
      label={t('offers.title')}
      rows={offers}
      columns={[
        { title: t('offers.interview'), isRowHeader: true, cell: ({ id, title }) => <Link to={`/offers/${id}`}>{title}</Link> },
        { title: t('offers.candidate'), cell: ({ candidate }) => candidate.name },
        { title: t('offers.slots'), cell: ({ slots }) => t('offers.slotsCount', { count: slots.length }) },
        { title: t('offers.deadline'), cell: ({ expiresAt }) => <span className="hm-num">{formatDateTime(expiresAt, zone)}</span> },
        { title: t('offers.state'), cell: (offer) => <OfferStateTag offer={offer} /> },
      ]}
    />
  )
}
