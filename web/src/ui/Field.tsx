import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
// TDesign's inputs do not pass id and aria attributes to the element that a screen
// reader sees, so these are native inputs with TDesign's styles.
import 'tdesign-react/es/input/style/index.css'
import { excessSize, type TextLimit } from './textLimit'
import './field.css'

export interface FieldProps {
  label: string
  hint?: ReactNode
  problem?: ProblemField
  required?: boolean
  /** Hides the label visually, as in a filter bar; screen readers still read it. */
  hideLabel?: boolean
}

interface ControlProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
  'aria-required': boolean | undefined
}

/** Label, hint and problem, associated with the control by id. */
export function Field({ label, hint, problem, required, hideLabel, children }: FieldProps & { children: (controlProps: ControlProps) => ReactNode }) {
  const id = useId()
  const described = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div className="hm-field">
      <div className={hideLabel ? 'hm-sr-only' : 'hm-field__label'}>
        <label htmlFor={id}>{label}</label>
        {required && (
          <span className="hm-field__star" aria-hidden="true">
            *
          </span>
        )}
      </div>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': (problem && !problem.warning) || undefined,
        'aria-required': required || undefined,
      })}
      {problem && <FieldProblem id={`${id}-problem`} problem={problem} />}
      {hint && (
        <div id={`${id}-hint`} className="hm-field__hint">
          {hint}
        </div>
      )}
    </div>
  )
}

export function FieldProblem({ id, problem }: { id?: string; problem: ProblemField }) {
  return (
    <div id={id} role="alert" className={problem.warning ? 'hm-field__problem hm-field__problem--warning' : 'hm-field__problem'}>
      {problem.message}
    </div>
  )
}

/** The class of a control with a problem, after a space. */
export function statusClass(problem?: ProblemField): string {
  if (!problem) return ''
  return problem.warning ? ' t-is-warning' : ' t-is-error'
}

/** A problem when the text exceeds the limit. The browser's maxLength is not used: it cuts a pasted text without a notice. */
export function useLimitProblem(text: unknown, limit: TextLimit | number | undefined): ProblemField | undefined {
  const { t } = useTranslation()
  if (limit === undefined || typeof text !== 'string') return undefined
  const { max, unit } = typeof limit === 'number' ? { max: limit, unit: 'characters' as const } : limit
  const size = excessSize(text, { max, unit })
  if (size === undefined) return undefined
  return { path: '', code: 'too_long', message: t(unit === 'bytes' ? 'form.error.tooManyBytes' : 'form.error.tooLong', { max, size }) }
}

interface TextProps {
  onChange: (value: string) => void
  /** as the server counts: a number means characters */
  limit?: TextLimit | number
}

type InputProps = FieldProps & TextProps & Omit<ComponentProps<'input'>, 'onChange' | 'maxLength'> & { icon?: ReactNode }

export function TextField({ label, hint, problem: given, required, hideLabel, onChange, limit, icon, ...input }: InputProps) {
  const tooLong = useLimitProblem(input.value, limit)
  const problem = tooLong ?? given
  return (
    <Field {...{ label, hint, problem, required, hideLabel }}>
      {(controlProps) => (
        <div className={`t-input hm-input${statusClass(problem)}`}>
          {icon && <span className="hm-input__icon">{icon}</span>}
          <input {...controlProps} {...input} className="t-input__inner" onChange={(event) => onChange(event.target.value)} />
        </div>
      )}
    </Field>
  )
}

type AreaProps = FieldProps & TextProps & Omit<ComponentProps<'textarea'>, 'onChange' | 'maxLength'> & { mono?: boolean }

export function AreaField({ label, hint, problem: given, required, hideLabel, onChange, limit, mono, ...area }: AreaProps) {
  const tooLong = useLimitProblem(area.value, limit)
  const problem = tooLong ?? given
  return (
    <Field {...{ label, hint, problem, required, hideLabel }}>
      {(controlProps) => (
        <textarea
          rows={3}
          {...controlProps}
          {...area}
          className={`hm-area${mono ? ' hm-area--mono' : ''}${statusClass(problem)}`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

type SelectProps<T extends string> = FieldProps & {
  value: T
  onChange: (value: T) => void
  options: { value: T; label: string }[]
  disabled?: boolean
}

export function SelectField<T extends string>({ label, hint, problem, required, hideLabel, value, onChange, options, disabled }: SelectProps<T>) {
  return (
    <Field {...{ label, hint, problem, required, hideLabel }}>
      {(controlProps) => (
        <div className={`t-input hm-input hm-input--select${statusClass(problem)}`}>
          <select {...controlProps} className="t-input__inner" value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as T)}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  )
}
