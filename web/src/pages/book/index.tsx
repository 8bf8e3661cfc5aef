import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { bookingQuery } from '@/api/booking'
import { isInvalidJoinLink } from '@/api/join'
import type { BookingPage } from '@/api/types'
import { CardPage } from '@/app/CardPage'
import { LanguageSelect } from '@/app/LanguageSelect'
import { formatOffset, formatTimeZone } from '@/time/format'
import { browserTimeZone, offsetMinutes } from '@/time/zone'
import { ButtonLink } from '@/ui/Button'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { formatSlot } from '@/ui/SlotEditor'
import { ErrorState, Note, Skeleton } from '@/ui/feedback'
import { OtherTime } from './OtherTime'
import { SlotChoice } from './SlotChoice'
import './book.css'

/** The page on which a candidate chooses one of the offered times; no account is needed. */
export default function BookPage() {
  const token = useLocation().hash.slice(1)
  const page = useQuery(bookingQuery(token))
  if (isInvalidJoinLink(page.error)) return <InvalidLink detail={page.error.message} />
  if (!page.data) return page.error ? <ErrorState error={page.error} onRetry={() => void page.refetch()} /> : <Skeleton />
  return <Invitation token={token} page={page.data} />
}

function InvalidLink({ detail }: { detail: string }) {
  const { t } = useTranslation('room')
  return (
    <CardPage title={t('join.deadTitle')} corner={<LanguageSelect bare />}>
      <p>{detail || t('join.deadText')}</p>
    </CardPage>
  )
}

function Invitation({ token, page }: { token: string; page: BookingPage }) {
  const { t } = useTranslation('room')
  const open = page.state === 'open'
  return (
    <CardPage title={page.title} overline={open ? t('book.invited', { company: page.company }) : page.company} corner={<LanguageSelect bare />}>
      <p>{t('join.hello', { name: page.candidateName })}</p>
      <dl className="room-facts">
        <dt>{t('join.position')}</dt>
        <dd>{page.positionTitle}</dd>
        <dt>{t('join.duration')}</dt>
        <dd>{t('join.minutes', { count: page.durationMinutes })}</dd>
        <dt>{t('join.contact')}</dt>
        <dd>{page.contact.name}</dd>
      </dl>
      <BookingState token={token} page={page} />
    </CardPage>
  )
}

function BookingState({ token, page }: { token: string; page: BookingPage }) {
  const { t } = useTranslation('room')
  const { name } = page.contact
  if (page.state === 'booked') return <BookedNote page={page} />
  if (page.state === 'withdrawn') {
    return (
      <Note>
        <strong>{t('book.withdrawnTitle')}</strong>
        <p>{t('book.withdrawnText', { name })}</p>
      </Note>
    )
  }
  return (
    <>
      {page.requested && (
        <Note tone="success">
          <strong>{t('book.requestedTitle')}</strong>
          {page.state === 'open' && <p>{t('book.requestedText', { name })}</p>}
        </Note>
      )}
      {page.state === 'open' && <OpenOffer token={token} page={page} />}
      {page.state === 'expired' && !page.requested && (
        <Note tone="warning">
          <strong>{t('book.expiredTitle')}</strong>
          <p>{t('book.expiredText', { name })}</p>
        </Note>
      )}
      {!page.requested && <OtherTime token={token} />}
    </>
  )
}

/** The slots in the zone that the candidate selects. */
function OpenOffer({ token, page }: { token: string; page: BookingPage }) {
  const zones = useZones(page)
  return (
    <>
      {zones.switch}
      <SlotChoice token={token} page={page} zone={zones.zone} />
    </>
  )
}

/** The zone in which times are displayed, with a switch if the candidate's differs from the company's. */
function useZones(page: BookingPage) {
  const { t } = useTranslation('room')
  const [useCompany, setUseCompany] = useState(false)
  const own = browserTimeZone(page.timeZone)
  const at = new Date(page.slots[0]?.startsAt ?? page.booked?.startsAt ?? page.expiresAt)
  const differs = offsetMinutes(at, own) !== offsetMinutes(at, page.timeZone)
  const zone = useCompany ? page.timeZone : own
  const offset = (name: string) => formatOffset(offsetMinutes(at, name)) // the full names are wider than a phone
  return {
    zone,
    switch: (
      <div className="hm-stack hm-stack--tight">
        {differs && (
          <SegmentedControl
            wide
            label={t('book.zone')}
            value={useCompany ? 'company' : 'own'}
            options={[
              { value: 'own', label: t('book.ownZone', { zone: offset(own) }) },
              { value: 'company', label: t('book.companyZone', { zone: offset(page.timeZone) }) },
            ]}
            onChange={(value) => setUseCompany(value === 'company')}
          />
        )}
        <p className="hm-small hm-muted">{t('book.allIn', { zone: formatTimeZone(zone, at) })}</p>
      </div>
    ),
  }
}

function BookedNote({ page }: { page: BookingPage }) {
  const { t } = useTranslation('room')
  const zones = useZones(page)
  const { name } = page.contact
  if (!page.booked) return null
  const { startsAt, state, joinUrl } = page.booked
  if (state === 'cancelled' || state === 'ended') {
    return <Note>{state === 'cancelled' ? t('book.interviewCancelled', { name }) : t('book.interviewEnded')}</Note>
  }
  return (
    <>
      <Note tone="success">
        <strong>{t('book.bookedTitle')}</strong>
        <p className="hm-book__time">{formatSlot(startsAt, page.durationMinutes, zones.zone)}</p>
        <p>{t('book.bookedText', { name })}</p>
      </Note>
      {zones.switch}
      {joinUrl && (
        <ButtonLink to={joinUrl} theme="primary" size="large" block>
          {t('book.openInterview')}
        </ButtonLink>
      )}
    </>
  )
}
