import type { KeyboardEvent, ReactNode } from 'react'
import { isInputMethodKey } from '@/ui/keyboard'

export interface Tab<T extends string> {
  value: T
  label: string
  badge?: number
  /** the badge's text for screen readers */
  badgeText?: string
}

interface Props<T extends string> {
  /** prefix of the ids of tabs and panels */
  id: string
  label: string
  tabs: Tab<T>[]
  value: T
  onChange: (value: T) => void
}

export function Tabs<T extends string>({ id, label, tabs, value, onChange }: Props<T>) {
  function handleKeyDown(event: KeyboardEvent) {
    if (isInputMethodKey(event)) return
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const index = tabs.findIndex((tab) => tab.value === value)
    const next = tabs[(index + step + tabs.length) % tabs.length]
    if (!next) return
    onChange(next.value)
    document.getElementById(`${id}-tab-${next.value}`)?.focus()
  }

  return (
    <div className="room-tabs" role="tablist" tabIndex={-1} aria-label={label} onKeyDown={handleKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          id={`${id}-tab-${tab.value}`}
          aria-selected={tab.value === value}
          aria-controls={`${id}-panel-${tab.value}`}
          tabIndex={tab.value === value ? 0 : -1}
          className="room-tab"
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
          {tab.badge ? (
            <span className="room-badge">
              <span aria-hidden="true">{tab.badge > 99 ? '99+' : tab.badge}</span>
              <span className="hm-sr-only">{tab.badgeText}</span>
            </span>
          ) : null}
        </button>
      ))}
    </div>
  )
}

interface PanelProps {
  prefix: string
  value: string
  shown: boolean
  children: ReactNode
}

/** Stays mounted while hidden, so that input and scroll position are kept. */
export function Panel({ prefix, value, shown, children }: PanelProps) {
  return (
    <div
      role="tabpanel"
      id={`${prefix}-panel-${value}`}
      aria-labelledby={`${prefix}-tab-${value}`}
      className={`room-panel room-panel--${value}`}
      hidden={!shown}
    >
      {children}
    </div>
  )
}
