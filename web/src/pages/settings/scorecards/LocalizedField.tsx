import type { LocalizedText, ProblemField } from '@/api/types'
import { TextField } from '@/ui/Field'
import { textIn, type LanguageField } from './template'

interface Props {
  label: string
  hideLabel?: boolean
  required?: boolean
  field: LanguageField
  language: string
  limit: number
  value: LocalizedText
  problem: ProblemField | undefined
  onChange: (value: LocalizedText) => void
}

/** A text in one language. Without one, the placeholder is the text that its readers see. */
export function LocalizedField({ label, hideLabel, required, field, language, limit, value, problem, onChange }: Props) {
  return (
    <TextField
      {...{ label, limit }}
      {...(hideLabel && { hideLabel })}
      {...(required && { required })}
      {...(problem && { problem })}
      lang={language}
      placeholder={textIn(value, field)}
      value={value[field] ?? ''}
      onChange={(text) => onChange({ ...value, [field]: text })}
    />
  )
}
