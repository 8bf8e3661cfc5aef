import type { KeyboardEvent } from 'react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isWholeClock, parseClock, quarterHours, quarterIndex } from './clockTime'
import { ComboboxOption } from './Combobox'
import { Field, type FieldProps, statusClass } from './Field'
import { isInputMethodKey } from './keyboard'
import { useTypedValue } from './useTypedValue'

interface Props extends FieldProps {
  disabled?: boolean
  /** HH:MM, or empty */
  value: string
  onChange: (value: string) => void
}

/**
 * A time of day with the quarters of an hour to choose from. Any minute can be typed, as people write it. The browser's own
 * field has the browser's language, with AM and PM where the page has 24 hours. Keys: arrows, Enter, Escape.
 */
export function TimeField({ label, hint, problem, required, hideLabel, disabled, value, onChange }: Props) {
  const { t } = useTranslation()
  const listId = useId()
  const root = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [activeIndex, setActiveIndex] = useState(0)
  const typed = useTypedValue({ value, onChange, parse: parseClock, isWhole: isWholeClock })

  useEffect(() => {
    if (isOpen) document.getElementById(`${listId}-${activeIndex}`)?.scrollIntoView({ block: 'nearest' })
  }, [isOpen, activeIndex, listId])

  function open() {
    setActiveIndex(quarterIndex(typed.parsed))
    setOpen(true)
  }

  function handleInput(next: string) {
    const clock = parseClock(next)
    if (clock) setActiveIndex(quarterIndex(clock))
    if (typed.type(next)) setOpen(false)
  }

  function commit() {
    setOpen(false)
    typed.commit()
  }

  function choose(index: number) {
    setOpen(false)
    typed.choose(quarterHours[index] ?? value)
  }

  function handleKeyDown(event: KeyboardEvent) {
    if (isInputMethodKey(event)) return
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 4, PageUp: -4 }[event.key]
    if (step) {
      event.preventDefault()
      if (isOpen) setActiveIndex((now) => Math.max(0, Math.min(quarterHours.length - 1, now + step)))
      else open()
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault()
      choose(activeIndex)
    } else if (event.key === 'Enter') {
      commit()
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    }
  }

  const shown = typed.isInvalid && !isOpen ? { path: '', code: 'invalid', message: t('form.error.clock') } : problem
  return (
    <Field {...{ label, hint, problem: shown, required, hideLabel }}>
      {(controlProps) => (
        <div
          className="hm-combobox"
          ref={root}
          onBlur={(event) => {
            if (!root.current?.contains(event.relatedTarget)) commit()
          }}
        >
          <div className={`t-input hm-input${statusClass(shown)}`}>
            <input
              {...controlProps}
              className="t-input__inner"
              role="combobox"
              autoComplete="off"
              aria-expanded={isOpen}
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={isOpen ? `${listId}-${activeIndex}` : undefined}
              placeholder="09:00"
              disabled={disabled}
              value={typed.text}
              onChange={(event) => handleInput(event.target.value)}
              onClick={open}
              onKeyDown={handleKeyDown}
            />
          </div>
          {isOpen && (
            <ul id={listId} role="listbox" aria-label={label} className="hm-combobox__list">
              {quarterHours.map((clock, index) => (
                <ComboboxOption key={clock} id={`${listId}-${index}`} active={index === activeIndex} selected={clock === value} onSelect={() => choose(index)}>
                  <span className="hm-grow">{clock}</span>
                </ComboboxOption>
              ))}
            </ul>
          )}
        </div>
      )}
    </Field>
  )
}
