import { Checkbox } from './Checkbox'
import './checkbox-group.css'

interface Props {
  label: string
  hint?: string
  choices: { id: string; label: string; disabled?: boolean }[]
  value: string[]
  onChange: (ids: string[]) => void
  disabled?: boolean
}

/** Checkboxes for a short list. */
export function CheckboxGroup({ label, hint, choices, value, onChange, disabled }: Props) {
  const toggle = (id: string, checked: boolean) => onChange(checked ? [...value, id] : value.filter((one) => one !== id))
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{label}</legend>
      {hint && <div className="hm-field__hint">{hint}</div>}
      <div className="hm-checkbox-group">
        {choices.map((choice) => (
          <Checkbox key={choice.id} checked={value.includes(choice.id)} disabled={disabled || choice.disabled} onChange={(on) => toggle(choice.id, on)}>
            {choice.label}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  )
}
