import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useParams } from 'react-router'
import { offerQuery, useShowOfferLink, useWithdrawOffer } from '@/api/offers'
import type { Offer, OfferSlot } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button, ButtonLink } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { copyToClipboard } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { CopyIcon } from '@/ui/icons'
import { OfferStateTag, SlotStateTag } from '@/ui/OfferStateTag'
import { Card, Page } from '@/ui/Page'
import { formatSlot } from '@/ui/SlotEditor'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { TimesDialog } from './TimesDialog'
import './offers.css'

/** An offer with the state of its slots, its link and its actions. */
export default function OfferPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const offer = useQuery(offerQuery(id))
  return (
    <Page narrow title={offer.data?.title ?? ''} subtitle={offer.data && <OfferStateTag offer={offer.data} />} back={{ to: '/offers', label: t('offers.title') }}>
      <QueryContent query={offer}>{(data) => <OfferContent offer={data} />}</QueryContent>
    </Page>
  )
}

function OfferContent({ offer }: { offer: Offer }) {
  const { t } = useTranslation()
  const [changing, setChanging] = useState(false)
  const changeable = offer.state === 'open' || offer.state === 'expired'
  const changeButton = changeable && (
    <Button size="small" theme="primary" onClick={() => setChanging(true)}>
      {t('offers.change')}
    </Button>
  )
  return (
    <>
      {offer.requestedAt && (
        <Note tone="warning">
          <strong>{t('offers.requestTitle', { name: offer.candidate.name })}</strong>
          <p className="hm-offer__reason">{offer.requestReason}</p>
        </Note>
      )}
      {changeable && <LinkCard offer={offer} />}
      <Card title={t('offers.slots')} actions={changeButton}>
        <ul className="hm-offer__slots">
          {offer.slots.map((slot) => (
            <SlotRow key={slot.startsAt} slot={slot} offer={offer} />
          ))}
        </ul>
      </Card>
      <FactsCard offer={offer} />
      {changing && <TimesDialog offer={offer} onClose={() => setChanging(false)} />}
    </>
  )
}

function SlotRow({ slot, offer }: { slot: OfferSlot; offer: Offer }) {
  const zone = useTimeZone()
  return (
    <li>
      <span className="hm-num">{formatSlot(slot.startsAt, offer.durationMinutes, zone)}</span> {slot.state && <SlotStateTag state={slot.state} />}
      {slot.state !== 'passed' && slot.conflicts?.map(({ userId = '', code, text }) => <div key={userId + code} className="hm-small hm-muted">{text}</div>)}
    </li>
  )
}

function LinkCard({ offer }: { offer: Offer }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const errorText = useErrorText()
  const passed = (useLocation().state as { link?: string } | null)?.link
  const [link, setLink] = useState(passed ?? '')
  const show = useShowOfferLink(offer.id)
  const withdraw = useWithdrawOffer(offer.id)
  const [confirming, setConfirming] = useState(false)
  const onError = (err: unknown) => toast.error(errorText(err))
  return (
    <Card title={t('offers.link')}>
      <div className="hm-stack">
        {offer.readdressedAt && <Note>{t('offers.readdressed', { time: formatDateTime(offer.readdressedAt, zone) })}</Note>}
        <MailState offer={offer} />
        {link && <TextField readOnly hideLabel label={t('offers.link')} value={link} onFocus={(event) => event.target.select()} onChange={() => {}} />}
        <div className="hm-row">
          {link ? (
            <Button theme="primary" icon={<CopyIcon />} onClick={() => void copyToClipboard(link, t)}>
              {t('offers.linkCopy')}
            </Button>
          ) : (
            <Button theme="primary" loading={show.isPending} onClick={() => show.mutate(undefined, { onSuccess: ({ url }) => setLink(url), onError })}>
              {t('offers.linkShow')}
            </Button>
          )}
          <Button onClick={() => setConfirming(true)}>{t('offers.withdraw')}</Button>
        </div>
      </div>
      {confirming && (
        <ConfirmDialog
          danger
          title={t('offers.withdrawTitle')}
          confirmLabel={t('offers.withdraw')}
          busy={withdraw.isPending}
          error={withdraw.error}
          onConfirm={() => withdraw.mutate(undefined, { onSuccess: () => toast.success(t('offers.withdrawn')) })}
          onClose={() => setConfirming(false)}
        >
          <p>{t('offers.withdrawText')}</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}

/** Whether the candidate has the link by mail, and what a recruiter has to do otherwise. */
function MailState({ offer: { mail, mailError, candidate } }: { offer: Offer }) {
  const { t } = useTranslation()
  if (mail === 'failed') {
    return (
      <Note tone="error">
        {mailError}
        <p>{t('offers.mail.none', { name: candidate.name })}</p>
      </Note>
    )
  }
  return <p className="hm-muted">{t(`offers.mail.${mail}`, { name: candidate.name })}</p>
}

function FactsCard({ offer }: { offer: Offer }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  return (
    <Card title={t('offers.facts')} actions={offer.interviewId && <ButtonLink size="small" theme="primary" to={`/interviews/${offer.interviewId}`}>{t('offers.toInterview')}</ButtonLink>}>
      <dl className="hm-facts">
        <dt>{t('offers.candidate')}</dt>
        <dd>
          {offer.candidate.name} · {offer.position.title}
        </dd>
        <dt>{t('form.duration')}</dt>
        <dd>{t('common.minutes', { count: offer.durationMinutes })}</dd>
        <dt>{t('form.interviewers')}</dt>
        <dd>{offer.interviewers.map(({ name }) => name).join(t('common.listSeparator'))}</dd>
        <dt>{t('offers.deadline')}</dt>
        <dd className="hm-num">{formatDateTime(offer.expiresAt, zone)}</dd>
      </dl>
      <p className="hm-small hm-muted hm-offer__opened">{offer.openedAt ? t('offers.opened', { time: formatDateTime(offer.openedAt, zone) }) : t('offers.unopened')}</p>
    </Card>
  )
}
