import type { ReactNode } from 'react'
import type { ProblemField } from '@/api/types'
import { Button } from './Button'
import { Note } from './feedback'

interface Props {
  warnings: ProblemField[]
  overrideLabel: string
  busy: boolean
  onOverride: () => void
  /** An action beside a warning, such as opening the object that it names. */
  renderAction?: (warning: ProblemField) => ReactNode
  /** A text above the warnings. */
  children?: ReactNode
}

/** The warnings of a refused request, with a button that repeats it despite them. */
export function WarningsNote({ warnings, overrideLabel, busy, onOverride, renderAction, children }: Props) {
  return (
    <Note tone="warning" actions={<Button theme="warning" size="small" loading={busy} onClick={onOverride}>{overrideLabel}</Button>}>
      {children}
      <ul>
        {warnings.map((warning) => (
          <li key={warning.path + warning.message + (warning.id ?? '')}>
            {warning.message}
            {renderAction?.(warning)}
          </li>
        ))}
      </ul>
    </Note>
  )
}
