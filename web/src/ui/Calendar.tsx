import type { KeyboardEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDay, formatMonth, formatWeekday } from '@/time/format'
import type { Day } from '@/time/zone'
import { addDays, browserTimeZone, startOfWeek, todayIn } from '@/time/zone'
import { Button } from './Button'
import { addMonths } from './dayText'
import { ChevronLeftIcon, ChevronRightIcon } from './icons'
import './calendar.css'

export interface CalendarProps {
  id: string
  value: Day | ''
  min?: Day
  max?: Day
  clearable: boolean
  /** whether the calendar takes the focus when it opens */
  focused: boolean
  onChoose: (day: Day | '') => void
}

const WEEKS = 6

/**
 * The days of a month, to choose one. Keys as in the date picker of the ARIA Authoring Practices: arrows, Home and End
 * within a week, Page Up and Page Down by months, with Shift by years, Enter.
 * https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/examples/datepicker-dialog/
 */
export function Calendar({ id, value, min, max, clearable, focused, onChoose }: CalendarProps) {
  const { t } = useTranslation('calendar')
  const root = useRef<HTMLDivElement>(null)
  const movesFocus = useRef(focused)
  const today = todayIn(browserTimeZone('UTC'))
  const [active, setActive] = useState(() => clamp(value || today))
  const first = startOfWeek(`${active.slice(0, 7)}-01`)
  const weeks = Array.from({ length: WEEKS }, (_, week) => Array.from({ length: 7 }, (_, day) => addDays(first, 7 * week + day)))

  useEffect(() => {
    if (movesFocus.current) root.current?.querySelector<HTMLElement>('[role=grid] [tabindex="0"]')?.focus()
    movesFocus.current = false
  }, [active])
  useEffect(() => {
    void root.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) // newer browsers return a promise
  }, [])

  function clamp(day: Day): Day {
    if (min && day < min) return min
    return max && day > max ? max : day
  }

  function isOutside(day: Day): boolean {
    return clamp(day) !== day
  }

  function handleKeyDown(event: KeyboardEvent) {
    const monday = startOfWeek(active)
    const months = event.shiftKey ? 12 : 1
    const next = {
      ArrowLeft: addDays(active, -1), ArrowRight: addDays(active, 1), ArrowUp: addDays(active, -7), ArrowDown: addDays(active, 7),
      Home: monday, End: addDays(monday, 6), PageUp: addMonths(active, -months), PageDown: addMonths(active, months),
    }[event.key]
    if (!next) return
    event.preventDefault()
    movesFocus.current = true
    setActive(clamp(next))
  }

  return (
    <div id={id} ref={root} role="dialog" aria-label={t('label')} className="hm-calendar">
      <div className="hm-calendar__head">
        <button type="button" className="hm-icon-button" aria-label={t('previousMonth')} onClick={() => setActive(clamp(addMonths(active, -1)))}>
          <ChevronLeftIcon />
        </button>
        <span aria-live="polite">{formatMonth(active)}</span>
        <button type="button" className="hm-icon-button" aria-label={t('nextMonth')} onClick={() => setActive(clamp(addMonths(active, 1)))}>
          <ChevronRightIcon />
        </button>
      </div>
      <table role="grid" aria-label={formatMonth(active)} onKeyDown={handleKeyDown}>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col">
                {formatWeekday(day).replace(/^(周|星期)/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((days) => (
            <tr key={days[0]}>
              {days.map((day) => (
                <td key={day} role="gridcell" aria-selected={day === value}>
                  <button
                    type="button"
                    tabIndex={day === active ? 0 : -1}
                    className={dayClass(day)}
                    aria-label={formatDay(day)}
                    aria-current={day === today ? 'date' : undefined}
                    disabled={isOutside(day)}
                    onClick={() => onChoose(day)}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="hm-calendar__foot">
        <Button size="small" variant="text" theme="primary" disabled={isOutside(today)} onClick={() => onChoose(today)}>
          {t('today')}
        </Button>
        {clearable && (
          <Button size="small" variant="text" onClick={() => onChoose('')}>
            {t('clear')}
          </Button>
        )}
      </div>
    </div>
  )

  function dayClass(day: Day): string {
    const classes = ['hm-calendar__day']
    if (day === value) classes.push('hm-calendar__day--chosen')
    else if (day === today) classes.push('hm-calendar__day--today')
    if (day.slice(0, 7) !== active.slice(0, 7)) classes.push('hm-calendar__day--other')
    return classes.join(' ')
  }
}
