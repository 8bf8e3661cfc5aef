import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
import { Field } from './Field'
import './combobox.css'

export interface Choice {
  id: string
  label: string
  detail?: ReactNode
  /** Shown before the label. */
  lead?: ReactNode
  selected?: boolean
}

interface Props {
  label: string
  hint?: ReactNode
  problem?: ProblemField
  required?: boolean
  placeholder?: string
  /** What stands in the field while nobody types. */
  shown?: string
  choices: Choice[]
  loading?: boolean
  failed?: boolean
  onSearch: (text: string) => void
  onChoose: (choice: Choice) => void
  /** Offered below the choices, with what was typed. */
  create?: { label: (text: string) => string; onCreate: (text: string) => void }
  /** Stays open after a choice, for choosing several. */
  many?: boolean
}

/** A field to type into with the server's choices below it; arrow keys, Enter, Escape. */
export function Combobox(props: Props) {
  const { label, hint, problem, required, placeholder, shown = '', choices, create, many } = props
  const { t } = useTranslation()
  const listId = useId()
  const root = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const last = create ? choices.length : choices.length - 1

  useEffect(() => {
    if (open) document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [open, at, listId])

  function search(next: string) {
    setText(next)
    setAt(0)
    setOpen(true)
    props.onSearch(next.trim())
  }

  function close() {
    setOpen(false)
    setText('')
    props.onSearch('')
  }

  function take(index: number) {
    const choice = choices[index]
    if (choice) props.onChoose(choice)
    else if (create && index === choices.length) create.onCreate(text.trim())
    else return
    if (many && choice) search('')
    else close()
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      if (open) setAt((now) => Math.max(0, Math.min(last, now + step)))
      else setOpen(true)
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      take(at)
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
          <div className={`t-input hm-input${problem ? (problem.warning ? ' t-is-warning' : ' t-is-error') : ''}`}>
            <input
              {...bound}
              className="t-input__inner"
              role="combobox"
              autoComplete="off"
              aria-expanded={open}
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={open && last >= 0 ? `${listId}-${at}` : undefined}
              placeholder={shown || placeholder}
              value={open ? text : shown}
              onChange={(event) => search(event.target.value)}
              onClick={() => setOpen(true)}
              onKeyDown={onKeyDown}
            />
          </div>
        )}
      </Field>
      {open && (
        <ul id={listId} role="listbox" aria-label={label} aria-multiselectable={many} className="hm-combobox__list">
          {choices.map((choice, index) => (
            <Option key={choice.id} id={`${listId}-${index}`} active={index === at} selected={choice.selected} onTake={() => take(index)}>
              {choice.lead}
              <span className="hm-grow">
                <span className="hm-combobox__label">{choice.label}</span>
                {choice.detail && <span className="hm-combobox__detail">{choice.detail}</span>}
              </span>
            </Option>
          ))}
          {choices.length === 0 && (
            <li className="hm-combobox__none" role="presentation">
              {props.failed ? t('error.offline') : props.loading ? t('common.loading') : t('common.noMatch')}
            </li>
          )}
          {create && (
            <Option id={`${listId}-${choices.length}`} active={at === choices.length} onTake={() => take(choices.length)}>
              <span className="hm-combobox__create">{create.label(text.trim())}</span>
            </Option>
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
  onTake: () => void
  children: ReactNode
}

function Option({ id, active, selected, onTake, children }: OptionProps) {
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
      onClick={onTake}
    >
      {children}
      {selected && <span aria-hidden="true">✓</span>}
    </li>
  )
}
