import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Interview } from '@/api/types'
import { formatDay, formatTimeRange, formatWeekday } from '@/time/format'
import type { ClockTime, Day } from '@/time/zone'
import { formatMinutesOfDay, minutesOfDay, toWallClock } from '@/time/zone'
import { hasStarted } from '@/ui/responses'
import { useDeclineText } from '@/ui/DeclineLines'
import { useNow } from '@/ui/useNow'
import type { PlacedItem } from './calendarLayout'
import { visibleHours, layoutDay } from './calendarLayout'

/** Pixels per hour. */
const HOUR_HEIGHT = 60

interface Props {
  days: Day[]
  interviews: Interview[]
  zone: string
  /** Called for a click on free space, rounded down to the half hour. */
  onSlotClick?: (day: Day, clock: ClockTime) => void
}

export function Calendar({ days, interviews, zone, onSlotClick }: Props) {
  const now = useNow()
  const placed = days.map((day) => layoutDay(interviews.filter(({ state }) => state !== 'cancelled'), day, zone))
  const { first, last } = visibleHours(placed)
  const hours = Array.from({ length: last - first }, (_, i) => first + i)
  const current = toWallClock(now, zone)
  return (
    <div className="hm-cal">
      {days.length > 1 && (
        <div className="hm-cal__days">
          {days.map((day) => (
            <div key={day} className={day === current.day ? 'hm-cal__day hm-cal__day--today' : 'hm-cal__day'}>
              <span className="hm-small">{formatWeekday(day)}</span> <b>{Number(day.slice(8))}</b>
            </div>
          ))}
        </div>
      )}
      <div className="hm-cal__body" style={{ height: hours.length * HOUR_HEIGHT }}>
        <div className="hm-cal__axis" aria-hidden="true">
          {hours.map((at) => (
            <span key={at} style={{ top: (at - first) * HOUR_HEIGHT }}>
              {formatMinutesOfDay(at * 60)}
            </span>
          ))}
        </div>
        {days.map((day, i) => (
          <DayColumn
            key={day}
            day={day}
            first={first}
            placed={placed[i] ?? []}
            zone={zone}
            now={now}
            onSlot={onSlotClick}
          />
        ))}
      </div>
    </div>
  )
}

interface ColumnProps {
  day: Day
  first: number
  placed: PlacedItem<Interview>[]
  zone: string
  now: Date
  onSlot?: Props['onSlotClick']
}

function DayColumn({ day, first, placed, zone, now, onSlot }: ColumnProps) {
  const { t } = useTranslation()
  const current = toWallClock(now, zone)
  const currentMinutes = day === current.day ? minutesOfDay(current.clock) : undefined
  const top = (minutes: number) => ((minutes - first * 60) / 60) * HOUR_HEIGHT
  function handleClick(event: MouseEvent<HTMLElement>) {
    if (event.target !== event.currentTarget) return
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top
    onSlot?.(day, formatMinutesOfDay(Math.floor((first * 60 + (y / HOUR_HEIGHT) * 60) / 30) * 30))
  }
  return (
    // A mouse shortcut: the "schedule interview" button is the keyboard equivalent.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <ul
      className={onSlot ? 'hm-cal__column hm-cal__column--open' : 'hm-cal__column'}
      style={{ backgroundSize: `100% ${HOUR_HEIGHT}px` }}
      aria-label={formatDay(day)}
      onClick={onSlot && handleClick}
    >
      {placed.map((one) => (
        <InterviewBlock key={one.item.id} placed={one} top={top(one.from)} zone={zone} now={now} />
      ))}
      {currentMinutes !== undefined && currentMinutes >= first * 60 && (
        <li className="hm-cal__now" style={{ top: top(currentMinutes) }} aria-label={t('interviews.now', { clock: formatMinutesOfDay(currentMinutes) })} />
      )}
    </ul>
  )
}

function InterviewBlock({ placed, top, zone, now }: { placed: PlacedItem<Interview>; top: number; zone: string; now: Date }) {
  const declineText = useDeclineText()
  const { item, from, to, lane, lanes } = placed
  const height = Math.max(26, ((to - from) / 60) * HOUR_HEIGHT - 2)
  const span = formatTimeRange(item.startsAt, item.endsAt, zone)
  const declines = hasStarted(item, now) ? [] : item.interviewers.filter(({ response }) => response === 'declined').map(declineText)
  const label = [`${span} ${item.title}`, ...declines].join('\n')
  return (
    <li className="hm-cal__slot" style={{ top, height, left: `${(lane / lanes) * 100}%`, width: `${100 / lanes}%` }}>
      <Link
        to={`/interviews/${item.id}`}
        className={`hm-cal__block hm-cal__block--${declines.length > 0 ? 'trouble' : item.state}`}
        title={label}
        aria-label={label}
      >
        <b className="hm-truncate">{item.candidate.name}</b>
        <span className="hm-num hm-truncate">{span}</span>
        {height > 56 && <span className="hm-truncate">{item.position.title}</span>}
      </Link>
    </li>
  )
}
