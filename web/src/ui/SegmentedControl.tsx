import { useId } from 'react'
import './segmented-control.css'

interface Props<T extends string> {
  label: string
  value: T | ''
  options: { value: T; label: string }[]
  onChange: (value: T) => void
  disabled?: boolean
  /** Full width, for touch. */
  wide?: boolean
}

/** A radio group shown as adjacent segments. */
export function SegmentedControl<T extends string>({ label, value, options, onChange, disabled, wide }: Props<T>) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className={wide ? 'hm-segmented hm-segmented--wide' : 'hm-segmented'}>
      {options.map((option) => (
        <label key={option.value} className="hm-segmented__item">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  )
}
