import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
import { formatDay, formatTimeRange } from '@/time/format'
import type { ClockTime, Day } from '@/time/zone'
import { toInstant, toWallClock } from '@/time/zone'
import { Button } from './Button'
import { DateField } from './DateField'
import { FieldProblem } from './Field'
import { TimeField } from './TimeField'
import { CloseIcon } from './icons'
import './slot-editor.css'

/** The server's limit of one offer. */
export const MAX_SLOTS = 10

/** Slots that are being chosen: the time that is typed, and the chosen starts (ISO 8601). */
export interface SlotsDraft {
  day: Day
  clock: ClockTime
  slots: string[]
  /** Empty: the server's default. */
  deadline: Day
}

interface Props {
  value: SlotsDraft
  minutes: number
  zone: string
  problem: (path: string) => ProblemField | undefined
  onChange: (set: Partial<SlotsDraft>) => void
}

/** Adds and removes the times that a candidate can choose from, and sets the deadline. */
export function SlotEditor({ value, minutes, zone, problem, onChange }: Props) {
  const { t } = useTranslation()
  const { day, clock, slots, deadline } = value
  const full = slots.length >= MAX_SLOTS
  const common = slots.some((_, index) => problem(`slots[${index}]`)) ? undefined : problem('slots')
  const typed = day && clock ? toInstant(day, clock, zone).toISOString() : ''
  return (
    <div className="hm-stack hm-stack--tight">
      <div className="hm-slots__add">
        <DateField label={t('offers.slotDay')} value={day} problem={common} onChange={(next) => onChange({ day: next })} />
        <TimeField label={t('offers.slotClock')} value={clock} onChange={(next) => onChange({ clock: next })} />
        <Button variant="outline" theme="primary" disabled={full || !typed} onClick={() => onChange({ slots: addSlot(slots, typed) })}>
          {t('offers.add')}
        </Button>
      </div>
      <ChosenSlots slots={slots} minutes={minutes} zone={zone} problem={problem} onRemove={(start) => onChange({ slots: slots.filter((one) => one !== start) })} />
      <p className="hm-small hm-muted">{full ? t('offers.full', { max: MAX_SLOTS }) : t('offers.empty', { max: MAX_SLOTS })}</p>
      <div className="hm-slots__deadline">
        <DateField label={t('offers.deadlineDay')} hint={t('offers.deadlineHint')} value={deadline} problem={problem('expiresAt')} onChange={(next) => onChange({ deadline: next })} />
      </div>
    </div>
  )
}

function ChosenSlots({ slots, minutes, zone, problem, onRemove }: Omit<Props, 'value' | 'onChange'> & { slots: string[]; onRemove: (start: string) => void }) {
  const { t } = useTranslation()
  if (slots.length === 0) return null
  return (
    <ul className="hm-slots" aria-label={t('offers.chosen')}>
      {slots.map((start, index) => {
        const own = problem(`slots[${index}]`)
        const text = formatSlot(start, minutes, zone)
        return (
          <li key={start} className="hm-slots__item">
            <span className="hm-slots__text">
              {text}
              {own && <FieldProblem problem={own} />}
            </span>
            <button type="button" className="hm-icon-button" aria-label={t('common.remove', { name: text })} onClick={() => onRemove(start)}>
              <CloseIcon />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Adds a start, each once and in order, up to the limit. */
export function addSlot(slots: string[], start: string): string[] {
  if (slots.includes(start) || slots.length >= MAX_SLOTS) return slots
  return [...slots, start].sort()
}

/** 11月24日 周二 14:00–15:00 */
export function formatSlot(start: string, minutes: number, zone: string): string {
  const end = new Date(Date.parse(start) + minutes * 60_000).toISOString()
  return `${formatDay(toWallClock(new Date(start), zone).day)} ${formatTimeRange(start, end, zone)}`
}

/** The end of the deadline's day, undefined without one. */
export function toDeadline(deadline: Day, zone: string): string | undefined {
  return deadline ? toInstant(deadline, '23:59', zone).toISOString() : undefined
}
