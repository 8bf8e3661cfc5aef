import { useTranslation } from 'react-i18next'
import type { Offer, OfferSlot, OfferState } from '@/api/types'
import type { Tone } from './Tag'
import { Tag } from './Tag'

const tones: Record<OfferState, Tone> = { open: 'primary', booked: 'success', withdrawn: 'default', expired: 'warning' }

export function OfferStateTag({ offer }: { offer: Offer }) {
  const { t } = useTranslation()
  return (
    <>
      <Tag tone={tones[offer.state]}>{t(`offers.states.${offer.state}`)}</Tag>
      {offer.requestedAt && (
        <>
          {' '}
          <Tag tone="warning">{t('offers.requested')}</Tag>
        </>
      )}
    </>
  )
}

export type SlotState = NonNullable<OfferSlot['state']>

const slotTones: Record<SlotState, Tone> = { free: 'success', passed: 'default', taken: 'warning', own_interview: 'warning', unavailable: 'warning' }

export function SlotStateTag({ state }: { state: SlotState }) {
  const { t } = useTranslation()
  return <Tag tone={slotTones[state]}>{t(`offers.slotStates.${state}`)}</Tag>
}
