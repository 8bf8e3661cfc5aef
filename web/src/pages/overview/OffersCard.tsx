import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { offersToHandleQuery } from '@/api/offers'
import type { Offer } from '@/api/types'
import { ButtonLink } from '@/ui/Button'
import { OfferStateTag } from '@/ui/OfferStateTag'
import { Card } from '@/ui/Page'

/** For recruiters: offers that have expired, or whose candidate asks for another time. */
export function OffersCard() {
  const { t } = useTranslation()
  const { data: offers = [] } = useQuery(offersToHandleQuery)
  if (offers.length === 0) return null
  return (
    <Card title={t('offers.attention')} actions={<Link to="/offers">{t('offers.title')}</Link>}>
      <ul className="hm-stack">
        {offers.map((offer) => (
          <OfferRow key={offer.id} offer={offer} />
        ))}
      </ul>
    </Card>
  )
}

function OfferRow({ offer }: { offer: Offer }) {
  const { t } = useTranslation()
  return (
    <li className="hm-due">
      <div className="hm-grow">
        <Link className="hm-interview-row__title" to={`/offers/${offer.id}`}>
          {offer.title}
        </Link>
        <div className="hm-small hm-muted">
          {offer.candidate.name} <OfferStateTag offer={offer} />
        </div>
        {offer.requestReason && <div className="hm-small hm-offer-reason">{offer.requestReason}</div>}
      </div>
      <ButtonLink size="small" theme="primary" variant="outline" to={`/offers/${offer.id}`}>
        {t('offers.view')}
      </ButtonLink>
    </li>
  )
}
