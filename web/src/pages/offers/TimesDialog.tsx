import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { availabilityQuery } from '@/api/availability'
import { useSetOfferTimes } from '@/api/offers'
import { problemForField, problemsByField, toProblem, unmatchedProblems } from '@/api/problem'
import type { Offer, ProblemField } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { addDays, todayIn, toInstant, toWallClock } from '@/time/zone'
import { Button } from '@/ui/Button'
import { Modal } from '@/ui/Modal'
import { addSlot, formatSlot, SlotEditor, toDeadline, type SlotsDraft } from '@/ui/SlotEditor'
import { WarningsNote } from '@/ui/WarningsNote'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** Replaces the slots of an offer and its deadline. */
export function TimesDialog({ offer, onClose }: { offer: Offer; onClose: () => void }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const errorText = useErrorText()
  const [draft, setDraft] = useState<SlotsDraft>(() => initialDraft(offer, zone))
  const set = (part: Partial<SlotsDraft>) => setDraft((before) => ({ ...before, ...part }))
  const save = useSetOfferTimes(offer.id)
  const problem = useSlotProblems(draft, save.error)
  function submit(overrideWarnings: boolean) {
    if (draft.slots.length === 0) return
    save.mutate(
      { slots: draft.slots, expiresAt: toDeadline(draft.deadline, zone), overrideWarnings, version: offer.version },
      {
        onSuccess: () => {
          toast.success(t('offers.changed'))
          onClose()
        },
      },
    )
  }
  return (
    <Modal
      persistent
      title={t('offers.change')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button theme="primary" disabled={draft.slots.length === 0} loading={save.isPending} onClick={() => submit(false)}>
            {t('common.save')}
          </Button>
        </>
      }
    >
      <div className="hm-stack">
        <p className="hm-muted">{t('offers.changeHint')}</p>
        <SlotEditor value={draft} minutes={offer.durationMinutes} zone={zone} problem={problem} onChange={set} />
        <FreeTimes offer={offer} draft={draft} zone={zone} onAdd={(start) => set({ slots: addSlot(draft.slots, start) })} />
        {save.error && toProblem(save.error).onlyWarnings ? (
          <WarningsNote warnings={toProblem(save.error).fields} overrideLabel={t('offers.accept')} busy={save.isPending} onOverride={() => submit(true)}>
            <p>{t('form.overrideText')}</p>
          </WarningsNote>
        ) : (
          save.error && (
            <Note tone="error">
              {errorText(save.error)}
              {unmatchedProblems(save.error, ['slots', 'expiresAt']).map(({ path, message }) => (
                <p key={path}>{message}</p>
              ))}
            </Note>
          )
        )}
      </div>
    </Modal>
  )
}

/** The slots that can still be booked, and the present deadline unless it has passed. */
function initialDraft(offer: Offer, zone: string): SlotsDraft {
  const tomorrow = addDays(todayIn(zone), 1)
  const slots = offer.slots.filter(({ state }) => state === 'free').map(({ startsAt }) => new Date(startsAt).toISOString())
  const deadline = offer.state === 'open' && !offer.requestedAt ? toWallClock(new Date(offer.expiresAt), zone).day : ''
  return { day: tomorrow, clock: '10:00', slots, deadline }
}

/** The server's problems by path; warnings are shown next to the override button. */
function useSlotProblems({ slots }: SlotsDraft, error: unknown) {
  const fields = problemsByField(error)
  return (path: string): ProblemField | undefined => {
    const index = /^slots\[(\d+)\]$/.exec(path)?.[1]
    const found = index !== undefined && Number(index) >= slots.length ? undefined : problemForField(fields, path)
    return found?.warning ? undefined : found
  }
}

/** Buttons with the next common free times from the typed day. */
function FreeTimes({ offer, draft, zone, onAdd }: { offer: Offer; draft: SlotsDraft; zone: string; onAdd: (start: string) => void }) {
  const { t } = useTranslation()
  const found = useQuery({
    ...availabilityQuery({
      interviewer: offer.interviewers.map(({ userId }) => userId),
      from: toInstant(draft.day || todayIn(zone), '00:00', zone).toISOString(),
      durationMinutes: Math.max(offer.durationMinutes, 15),
      candidateId: offer.candidate.id,
    }),
  })
  const free = (found.data?.slots ?? []).map(({ startsAt }) => new Date(startsAt).toISOString()).filter((start) => !draft.slots.includes(start))
  if (free.length === 0) return null
  return (
    <div className="hm-stack hm-stack--tight" role="group" aria-label={t('availability.slots')}>
      <span className="hm-avail__slots-title">{t('availability.slots')}</span>
      <div className="hm-row">
        {free.map((start) => (
          <Button key={start} size="small" variant="outline" onClick={() => onAdd(start)}>
            {formatSlot(start, offer.durationMinutes, zone)}
          </Button>
        ))}
      </div>
    </div>
  )
}
