import { useId } from 'react'
import type { ProblemField } from '@/api/types'
import { FieldProblem } from '@/ui/Field'

interface Option<T> {
  value: T
  label: string
  /** Shown in large type above the label. */
  mark?: string
  tone?: 'good' | 'bad'
}

interface Props<T extends string> {
  /** of the group, to focus it */
  id?: string
  label: string
  value: T | ''
  options: Option<T>[]
  disabled?: boolean
  /** The labels are sentences: on phones, one option per line. */
  longLabels?: boolean
  problem?: ProblemField
  onChange: (value: T) => void
}

/** A rating: one of up to five options with touch-sized targets. */
export function RatingGroup<T extends string>({ id, label, value, options, disabled, longLabels, problem, onChange }: Props<T>) {
  const name = useId()
  return (
    <div id={id} role="radiogroup" aria-label={label} aria-invalid={problem && true} aria-describedby={problem && `${name}-problem`} className={`hm-ratings ${options.length === 5 ? 'hm-ratings--five' : ''} ${longLabels ? 'hm-ratings--anchored' : ''}`}>
      {options.map((option) => (
        <label key={option.value} className={`hm-rating hm-rating--${option.tone ?? 'plain'}`}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.mark && <b className="hm-num">{option.mark}</b>}
            <span>{option.label}</span>
          </span>
        </label>
      ))}
      {problem && <FieldProblem id={`${name}-problem`} problem={problem} />}
    </div>
  )
}
