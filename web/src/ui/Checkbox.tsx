import type { ReactNode, Ref } from 'react'
import './checkbox.css'

interface Props {
  checked: boolean
  disabled?: boolean
  /** id of the text that describes what is wrong */
  problemId?: string | undefined
  inputRef?: Ref<HTMLInputElement>
  onChange: (checked: boolean) => void
  children: ReactNode
}

/** A native checkbox. TDesign's takes the input out of the tab order, and its label does not react to keys. */
export function Checkbox({ checked, disabled, problemId, inputRef, onChange, children }: Props) {
  return (
    <label className="hm-checkbox">
      <input
        ref={inputRef}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={problemId}
        aria-invalid={problemId ? true : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{children}</span>
    </label>
  )
}
