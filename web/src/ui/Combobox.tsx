import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
import { Field, statusClass } from './Field'
import { isInputMethodKey } from './keyboard'
import './combobox.css'

export interface Choice {
  id: string
  label: string
  detail?: ReactNode
  /** Shown before the label. */
  icon?: ReactNode
  selected?: boolean
}

interface Props {
  label: string
  hint?: ReactNode
  problem?: ProblemField
  required?: boolean
  placeholder?: string
  /** The value of the field while the list is closed. */
  displayValue?: string
  choices: Choice[]
  loading?: boolean
  failed?: boolean
  onSearch: (text: string) => void
  onChoose: (choice: Choice) => void
  /** An option below the choices that creates an item from the typed text. */
  create?: { label: (text: string) => string; onCreate: (text: string) => void }
  /** Stays open after a selection, so that several can be selected. */
  multiple?: boolean
}

/** A search field with a list of choices from the server. Keys: arrows, Enter, Escape. */
export function Combobox(props: Props) {
  const { label, hint, problem, required, placeholder, displayValue = '', choices, create, multiple } = props
  const { t } = useTranslation()
  const listId = useId()
  const root = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [activeIndex, setActiveIndex] = useState(0)
  const lastIndex = create ? choices.length : choices.length - 1

  useEffect(() => {
    if (open) document.getElementById(`${listId}-${activeIndex}`)?.scrollIntoView({ block: 'nearest' })
  }, [open, activeIndex, listId])

  function handleSearch(next: string) {
    setText(next)
    setActiveIndex(0)
    setOpen(true)
    props.onSearch(next.trim())
  }

  function close() {
    setOpen(false)
    setText('')
    props.onSearch('')
  }

  function selectIndex(index: number) {
    const choice = choices[index]
    if (choice) props.onChoose(choice)
    else if (create && index === choices.length) create.onCreate(text.trim())
    else return
    if (multiple && choice) handleSearch('')
    else close()
  }

  function handleKeyDown(event: KeyboardEvent) {
    if (isInputMethodKey(event)) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      if (open) setActiveIndex((now) => Math.max(0, Math.min(lastIndex, now + step)))
      else setOpen(true)
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      selectIndex(activeIndex)
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  }

  return (
    <div
      className="hm-combobox"
      ref={root}
      onBlur={(event) => {
        if (!root.current?.contains(event.relatedTarget)) close()
      }}
    >
      <Field {...{ label, hint, problem, required }}>
        {(bound) => (
          <div className={`t-input hm-input${statusClass(problem)}`}>
            <input
              {...bound}
              className="t-input__inner"
              role="combobox"
              autoComplete="off"
              aria-expanded={open}
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={open && lastIndex >= 0 ? `${listId}-${activeIndex}` : undefined}
              placeholder={displayValue || placeholder}
              value={open ? text : displayValue}
              onChange={(event) => handleSearch(event.target.value)}
              onClick={() => setOpen(true)}
              onKeyDown={handleKeyDown}
            />
          </div>
        )}
      </Field>
      {open && (
        <ul id={listId} role="listbox" aria-label={label} aria-multiselectable={multiple} className="hm-combobox__list">
          {choices.map((choice, index) => (
            <ComboboxOption key={choice.id} id={`${listId}-${index}`} active={index === activeIndex} selected={choice.selected} onSelect={() => selectIndex(index)}>
              {choice.icon}
              <span className="hm-grow">
                <span className="hm-combobox__label">{choice.label}</span>
                {choice.detail && <span className="hm-combobox__detail">{choice.detail}</span>}
              </span>
            </ComboboxOption>
          ))}
          {choices.length === 0 && (
            <li className="hm-combobox__none" role="presentation">
              {props.failed ? t('error.offline') : props.loading ? t('common.loading') : t('common.noMatch')}
            </li>
          )}
          {create && (
            <ComboboxOption id={`${listId}-${choices.length}`} active={activeIndex === choices.length} onSelect={() => selectIndex(choices.length)}>
              <span className="hm-combobox__create">{create.label(text.trim())}</span>
            </ComboboxOption>
          )}
        </ul>
      )}
    </div>
  )
}

interface OptionProps {
  id: string
  active: boolean
  selected?: boolean
  onSelect: () => void
  children: ReactNode
}

export function ComboboxOption({ id, active, selected, onSelect, children }: OptionProps) {
  return (
    // The keyboard reaches options through the field's aria-activedescendant.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <li
      id={id}
      role="option"
      aria-selected={selected ?? false}
      tabIndex={-1}
      className={active ? 'hm-combobox__option hm-combobox__option--active' : 'hm-combobox__option'}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onSelect}
    >
      {children}
      {selected && <span aria-hidden="true">✓</span>}
    </li>
  )
}
