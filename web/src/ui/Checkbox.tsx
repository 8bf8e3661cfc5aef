import type { ReactNode } from 'react'
import './checkbox.css'

interface Props {
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}

/** A native checkbox. TDesign's takes the input out of the tab order, and its label does not react to keys. */
export function Checkbox({ checked, disabled, onChange, children }: Props) {
  return (
    <label className="hm-checkbox">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  )
}
