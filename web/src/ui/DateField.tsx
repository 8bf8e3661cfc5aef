import type { KeyboardEvent } from 'react'
import { lazy, Suspense, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '@/i18n'
import { formatWeekday } from '@/time/format'
import type { Day } from '@/time/zone'
import { browserTimeZone, todayIn } from '@/time/zone'
import { isWholeDay, parseDay } from './dayText'
import { Field, type FieldProps, statusClass } from './Field'
import { CalendarIcon } from './icons'
import { isInputMethodKey } from './keyboard'
import { useTypedValue } from './useTypedValue'
import './date-field.css'

const Calendar = lazy(() => withTexts(import('./Calendar'), 'calendar').then((module) => ({ default: module.Calendar })))

const CALENDAR_WIDTH = 320 // pixels, at most

interface Props extends FieldProps {
  /** YYYY-MM-DD, or empty */
  value: Day | ''
  /** Days before `min` and after `max` cannot be chosen in the calendar; a typed one is left to the server. */
  min?: Day
  max?: Day
  onChange: (value: Day | '') => void
}

/**
 * A day, typed as people write it or chosen in a calendar. The browser's own field has the browser's language. Keys: Down
 * opens the calendar, Escape closes it.
 */
export function DateField({ label, hint, problem, required, hideLabel, value, min, max, onChange }: Props) {
  const { t } = useTranslation()
  const calendarId = useId()
  const root = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [calendar, setCalendar] = useState<'closed' | 'open' | 'focused'>('closed')
  const [isAtEnd, setAtEnd] = useState(false)
  const typed = useTypedValue({ value, onChange, parse: (text) => parseDay(text, todayIn(browserTimeZone('UTC'))), isWhole: isWholeDay })
  const isOpen = calendar !== 'closed'
  const shown = typed.isInvalid && !isOpen ? { path: '', code: 'invalid', message: t('form.error.day') } : problem

  function open(how: 'open' | 'focused') {
    const left = root.current?.getBoundingClientRect().left ?? 0
    setAtEnd(left + CALENDAR_WIDTH > document.documentElement.clientWidth)
    setCalendar(how)
  }

  function choose(day: Day | '') {
    typed.choose(day)
    setCalendar('closed')
    input.current?.focus()
  }

  function handleKeyDown(event: KeyboardEvent) {
    if (isInputMethodKey(event)) return
    if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      event.stopPropagation()
      setCalendar('closed')
      input.current?.focus()
    } else if (event.target === input.current && event.key === 'ArrowDown') {
      event.preventDefault()
      open('focused')
    } else if (event.target === input.current && event.key === 'Enter') {
      typed.commit()
    }
  }

  return (
    <Field {...{ label, hint, problem: shown, required, hideLabel }}>
      {(controlProps) => (
        // Keys come from the field, its button and the calendar.
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          className={`hm-date${isAtEnd ? ' hm-date--end' : ''}`}
          ref={root}
          onKeyDown={handleKeyDown}
          onBlur={(event) => {
            if (root.current?.contains(event.relatedTarget)) return
            setCalendar('closed')
            typed.commit()
          }}
        >
          <div className={`t-input hm-input${statusClass(shown)}`}>
            <input
              {...controlProps}
              ref={input}
              className="t-input__inner"
              autoComplete="off"
              placeholder="2026-01-31"
              value={typed.text}
              onChange={(event) => {
                typed.type(event.target.value)
                setCalendar('closed')
              }}
              onClick={() => open('open')}
            />
            {typed.parsed && (
              <span className="hm-date__weekday" aria-hidden="true">
                {formatWeekday(typed.parsed)}
              </span>
            )}
            <button
              type="button"
              className="hm-icon-button"
              aria-label={t('form.openCalendar')}
              aria-expanded={isOpen}
              aria-controls={isOpen ? calendarId : undefined}
              onClick={() => (isOpen ? setCalendar('closed') : open('focused'))}
            >
              <CalendarIcon />
            </button>
          </div>
          {isOpen && (
            <Suspense fallback={null}>
              <Calendar key={calendar} id={calendarId} value={value} min={min} max={max} clearable={!required && value !== ''} focused={calendar === 'focused'} onChoose={choose} />
            </Suspense>
          )}
        </div>
      )}
    </Field>
  )
}
