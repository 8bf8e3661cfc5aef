import type { ReactNode } from 'react'

/** A figure that opens the list of its interviews. */
export function FigureButton({ label, onClick, children }: { label?: string; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="hm-insight-number hm-num" aria-label={label} onClick={onClick}>
      {children}
    </button>
  )
}
