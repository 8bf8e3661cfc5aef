import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { availabilityQuery } from '@/api/availability'
import type { Availability, InterviewerAvailability } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDay, formatTime, formatTimeRange, formatTimeZone } from '@/time/format'
import { toInstant, toWallClock } from '@/time/zone'
import { Button } from '@/ui/Button'
import { Note } from '@/ui/feedback'
import { Tag } from '@/ui/Tag'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import type { Draft, DraftAction } from './draft'
import { axisOf, periodsWithin, spanOf, type Axis } from './timeline'
import './availability.css'

interface Props {
  draft: Draft
  dispatch: (by: DraftAction) => void
  interviewId?: string
}

/** The server's limit of one request. */
const MAX_INTERVIEWERS = 20

/** The interviewers' day beside each other, why the chosen time does not fit, and the next common free times. */
export function AvailabilityPanel({ draft, dispatch, interviewId }: Props) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const chosen = useChosenTime(draft, zone)
  const interviewer = draft.interviewers.slice(0, MAX_INTERVIEWERS).map(({ userId }) => userId)
  const found = useQuery({
    ...availabilityQuery({
      interviewer,
      from: toInstant(chosen.day || '1970-01-01', '00:00', zone).toISOString(),
      durationMinutes: chosen.minutes,
      at: chosen.startsAt,
      candidateId: draft.candidate?.id,
      interviewId,
    }),
    enabled: chosen.day !== '' && interviewer.length > 0,
  })
  if (chosen.day === '' || interviewer.length === 0) return null
  if (!found.data) return <p className="hm-small hm-muted">{t(found.isError ? 'availability.failed' : 'availability.loading')}</p>
  const period = chosen.startsAt && chosen.endsAt ? { startsAt: chosen.startsAt, endsAt: chosen.endsAt } : undefined
  return (
    <section className="hm-avail" aria-label={t('availability.title')} aria-busy={found.isFetching}>
      <DayTimeline day={chosen.day} zone={zone} availability={found.data} chosen={period} />
      <div role="status">
        {found.data.conflicts.length > 0 && !found.isPlaceholderData && (
          <Note tone="warning">
            <p>{t('availability.doesNotFit')}</p>
            <ul className="hm-avail__reasons">
              {found.data.conflicts.map(({ userId = '', code, text }) => (
                <li key={userId + code}>{text}</li>
              ))}
            </ul>
          </Note>
        )}
      </div>
      <FreeSlots slots={found.data.slots} zone={zone} chosen={draft.offered ? draft.slots : chosen.startsAt ? [chosen.startsAt] : []} offered={draft.offered} dispatch={dispatch} />
      <p className="hm-small hm-muted">{t('availability.about')}</p>
    </section>
  )
}

/** The time of the draft, once it is no longer being typed. */
function useChosenTime(draft: Draft, zone: string) {
  const day = useDebouncedValue(draft.day)
  const clock = useDebouncedValue(draft.clock)
  const minutes = useDebouncedValue(draft.durationMinutes)
  if (!day || !clock) return { day, minutes }
  const start = toInstant(day, clock, zone)
  return { day, minutes, startsAt: start.toISOString(), endsAt: new Date(start.getTime() + minutes * 60_000).toISOString() }
}

interface TimelineProps {
  day: string
  zone: string
  availability: Availability
  chosen?: { startsAt: string; endsAt: string }
}

function DayTimeline({ day, zone, availability, chosen }: TimelineProps) {
  const axis = axisOf(day, zone, availability, chosen)
  const special = availability.days.find(({ date }) => date === day)
  return (
    <div className="hm-avail__day">
      <div className="hm-avail__head">
        <b>{formatDay(day)}</b>
        {special && <Tag tone={special.kind === 'off' ? 'warning' : 'default'}>{special.name}</Tag>}
      </div>
      <div className="hm-avail__hours hm-num" aria-hidden="true">
        {axis.marks.map(({ at, left }) => (
          <span key={at} style={{ left: `${left}%` }}>
            {formatTime(new Date(at), zone).slice(0, 2)}
          </span>
        ))}
      </div>
      <ul>
        {availability.interviewers.map((one) => (
          <InterviewerDay key={one.userId} one={one} axis={axis} zone={zone} chosen={chosen} />
        ))}
      </ul>
    </div>
  )
}

function InterviewerDay({ one, axis, zone, chosen }: { one: InterviewerAvailability; axis: Axis; zone: string; chosen?: TimelineProps['chosen'] }) {
  const { t } = useTranslation()
  const work = periodsWithin(axis, one.work)
  const busy = periodsWithin(axis, one.busy)
  const ranges = (list: typeof work) => list.map(({ startsAt, endsAt }) => formatTimeRange(startsAt, endsAt, zone)).join(t('availability.listSeparator'))
  const busyText = busy.map(({ startsAt, endsAt, title }) => `${formatTimeRange(startsAt, endsAt, zone)} ${title}`).join(t('availability.listSeparator'))
  return (
    <li className="hm-avail__row">
      <span className="hm-avail__name" title={one.name}>
        {one.name}
        {one.timeZone !== zone && <span className="hm-avail__zone">{formatTimeZone(one.timeZone)}</span>}
      </span>
      <span className="hm-avail__track" aria-hidden="true">
        {work.map((period) => (
          <Bar key={period.startsAt} kind="work" axis={axis} period={period} />
        ))}
        {busy.map((period) => (
          <Bar key={period.interviewId} kind="busy" axis={axis} period={period} title={`${formatTimeRange(period.startsAt, period.endsAt, zone)} ${period.title}`} />
        ))}
        {chosen && <Bar kind="chosen" axis={axis} period={chosen} />}
      </span>
      <span className="hm-sr-only">
        {work.length > 0 ? t('availability.works', { times: ranges(work) }) : t('availability.noWork')} {busyText ? t('availability.isBusy', { times: busyText }) : t('availability.notBusy')}
      </span>
    </li>
  )
}

function Bar({ kind, axis, period, title }: { kind: 'work' | 'busy' | 'chosen'; axis: Axis; period: { startsAt: string; endsAt: string }; title?: string }) {
  const span = spanOf(axis, period)
  if (!span) return null
  return <span className={`hm-avail__bar hm-avail__bar--${kind}`} style={{ left: `${span.left}%`, width: `${span.width}%` }} title={title} />
}

interface SlotsProps {
  slots: Availability['slots']
  zone: string
  chosen: string[]
  /** Several slots are chosen, for the candidate. */
  offered: boolean
  dispatch: (by: DraftAction) => void
}

/** Buttons with the next common free times, by day. */
function FreeSlots({ slots, zone, chosen, offered, dispatch }: SlotsProps) {
  const { t } = useTranslation()
  if (slots.length === 0) return <p className="hm-small">{t('availability.noSlots')}</p>
  const days = new Map<string, string[]>()
  for (const { startsAt } of slots) {
    const { day } = toWallClock(new Date(startsAt), zone)
    days.set(day, [...(days.get(day) ?? []), startsAt])
  }
  return (
    <div className="hm-avail__slots" role="group" aria-label={t('availability.slots')}>
      <span className="hm-avail__slots-title">{t('availability.slots')}</span>
      {[...days].map(([day, starts]) => (
        <div key={day} className="hm-avail__slot-day">
          <span className="hm-avail__date">{formatDay(day)}</span>
          {starts.map((startsAt) => {
            const { clock } = toWallClock(new Date(startsAt), zone)
            const isChosen = chosen.some((one) => Date.parse(one) === Date.parse(startsAt))
            return (
              <Button
                key={startsAt}
                size="small"
                variant="outline"
                theme={isChosen ? 'primary' : 'default'}
                aria-pressed={isChosen}
                aria-label={t('availability.choose', { day: formatDay(day), clock })}
                onClick={() => dispatch(offered ? { toggleSlot: new Date(startsAt).toISOString() } : { set: { day, clock } })}
              >
                {clock}
              </Button>
            )
          })}
        </div>
      ))}
    </div>
  )
}
