import type { ReactNode } from 'react'
// Styles only: a static tag does not need TDesign's script.
import 'tdesign-react/es/tag/style/index.css'
import './tag.css'

export type Tone = 'default' | 'primary' | 'success' | 'warning' | 'danger'

export function Tag({ tone = 'default', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={`t-tag t-tag--${tone} t-tag--light t-size-s`} title={title}>
      {children}
    </span>
  )
}
