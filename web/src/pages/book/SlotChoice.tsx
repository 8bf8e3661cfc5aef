import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBookSlot } from '@/api/booking'
import type { BookingPage, OfferSlot } from '@/api/types'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { formatSlot } from '@/ui/SlotEditor'
import { Note, useErrorText } from '@/ui/feedback'

/** The slots as radio buttons; one that cannot be booked has the reason. */
export function SlotChoice({ token, page, zone }: { token: string; page: BookingPage; zone: string }) {
  const { t } = useTranslation('room')
  const errorText = useErrorText()
  const book = useBookSlot(token)
  const [chosen, setChosen] = useState('')
  const { slots, durationMinutes, expiresAt } = page
  const selected = slots.find(({ startsAt, state }) => startsAt === chosen && state === 'free')
  const anyFree = slots.some(({ state }) => state === 'free')
  return (
    <>
      <fieldset className="hm-book__slots">
        <legend>{t('book.choose')}</legend>
        {slots.map((slot) => (
          <SlotOption key={slot.startsAt} slot={slot} text={formatSlot(slot.startsAt, durationMinutes, zone)} checked={slot === selected} onChoose={() => setChosen(slot.startsAt)} />
        ))}
      </fieldset>
      {book.error && <Note tone="error">{errorText(book.error)}</Note>}
      {anyFree ? (
        <>
          <Button theme="primary" size="large" block disabled={!selected} loading={book.isPending} onClick={() => selected && book.mutate(selected.startsAt)}>
            {selected ? t('book.confirm') : t('book.pick')}
          </Button>
          <p className="hm-muted hm-small">{t('book.until', { time: formatDateTime(expiresAt, zone) })}</p>
        </>
      ) : (
        <Note tone="warning">{t('book.noneLeft')}</Note>
      )}
    </>
  )
}

function SlotOption({ slot, text, checked, onChoose }: { slot: OfferSlot; text: string; checked: boolean; onChoose: () => void }) {
  const { t } = useTranslation('room')
  const id = useId()
  const { state = 'free' } = slot
  const free = state === 'free'
  return (
    <label htmlFor={id} className={free ? 'hm-book__slot' : 'hm-book__slot hm-book__slot--taken'}>
      <input id={id} type="radio" name="slot" checked={checked} disabled={!free} onChange={onChoose} />
      <span className="hm-num">{text}</span>
      {!free && <span className="hm-small">{t(`book.slotStates.${state}`)}</span>}
    </label>
  )
}
