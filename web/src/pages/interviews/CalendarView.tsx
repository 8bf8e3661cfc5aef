import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ChevronLeftIcon, ChevronRightIcon } from '@/ui/icons'
import { interviewsBetweenQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDay, formatMonth, formatWeekday, formatTimeZone } from '@/time/format'
import type { Day } from '@/time/zone'
import { addDays, toInstant, startOfWeek, todayIn } from '@/time/zone'
import { Button } from '@/ui/Button'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { InterviewRow } from '@/ui/InterviewRow'
import { useIsNarrow } from '@/ui/useIsNarrow'
import { Calendar } from './Calendar'
import type { InterviewFilterState } from './useInterviewFilter'

/** A day or a week from Monday, in the company's time zone. A phone shows a week as a list. */
export function CalendarView({ filter, recruiter }: { filter: InterviewFilterState; recruiter: boolean }) {
  const navigate = useNavigate()
  const zone = useTimeZone()
  const narrow = useIsNarrow()
  const monday = startOfWeek(filter.day)
  const week = Array.from({ length: 7 }, (_, i) => addDays(monday, i))
  const days = filter.view === 'week' ? week : [filter.day]
  const from = toInstant(days[0] ?? filter.day, '00:00', zone)
  const to = toInstant(addDays(days.at(-1) ?? filter.day, 1), '00:00', zone)
  const interviews = useQuery({ ...interviewsBetweenQuery(from, to, filter.scope), placeholderData: (before) => before })

  return (
    <Card flush>
      <CalendarToolbar filter={filter} days={days} step={filter.view === 'week' ? 7 : 1} zone={zone} />
      {days.length === 1 && <WeekStrip week={week} day={filter.day} onPick={(day) => filter.set({ day })} />}
      <QueryContent query={interviews} lines={12}>
        {(items) =>
          narrow && days.length > 1 ? (
            <WeekList interviews={items} />
          ) : (
            <Calendar
              days={days}
              interviews={items}
              zone={zone}
              onSlotClick={recruiter ? (day, clock) => void navigate(`/interviews/new?day=${day}&clock=${clock}`) : undefined}
            />
          )
        }
      </QueryContent>
    </Card>
  )
}

function WeekList({ interviews }: { interviews: Interview[] }) {
  const { t } = useTranslation()
  const shown = interviews.filter(({ state }) => state !== 'cancelled')
  if (shown.length === 0) return <EmptyState small title={t('interviews.emptyWeek')} />
  return (
    <ul>
      {[...shown]
        .sort((a, b) => a.startsAt.localeCompare(b.startsAt))
        .map((interview) => (
          <InterviewRow key={interview.id} withDay interview={interview} />
        ))}
    </ul>
  )
}

function CalendarToolbar({ filter, days, step, zone }: { filter: InterviewFilterState; days: Day[]; step: number; zone: string }) {
  const { t } = useTranslation()
  const unit = step === 7 ? 'week' : 'day'
  const moveBy = (by: number) => filter.set({ day: addDays(filter.day, by) })
  return (
    <div className="hm-cal-head">
      <div className="hm-row">
        <Button size="small" onClick={() => filter.set({ day: todayIn(zone) })}>
          {t('common.today')}
        </Button>
        <button type="button" className="hm-icon-button" aria-label={t(`interviews.earlier.${unit}`)} onClick={() => moveBy(-step)}>
          <ChevronLeftIcon />
        </button>
        <button type="button" className="hm-icon-button" aria-label={t(`interviews.later.${unit}`)} onClick={() => moveBy(step)}>
          <ChevronRightIcon />
        </button>
        <h2 aria-live="polite">{days.length === 1 ? formatDay(filter.day) : formatMonth(filter.day)}</h2>
      </div>
      <div className="hm-row">
        <span className="hm-small hm-muted">{formatTimeZone(zone, toInstant(filter.day, '12:00', zone))}</span>
        <div className="hm-cal-scope">
          <SelectField
            hideLabel
            label={t('interviews.scope')}
            value={filter.scope}
            options={[
              { value: 'all', label: t('interviews.scopes.all') },
              { value: 'mine', label: t('interviews.scopes.mine') },
            ]}
            onChange={(scope) => filter.set({ scope })}
          />
        </div>
      </div>
    </div>
  )
}

function WeekStrip({ week, day, onPick }: { week: Day[]; day: Day; onPick: (day: Day) => void }) {
  const zone = useTimeZone()
  return (
    <div className="hm-week-strip">
      {week.map((one) => (
        <button
          key={one}
          type="button"
          aria-label={formatDay(one)}
          aria-pressed={one === day}
          className={one === todayIn(zone) ? 'hm-week-strip__day hm-week-strip__day--today' : 'hm-week-strip__day'}
          onClick={() => onPick(one)}
        >
          <span className="hm-small">{formatWeekday(one)}</span>
          <b>{Number(one.slice(8))}</b>
        </button>
      ))}
    </div>
  )
}
