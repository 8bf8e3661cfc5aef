import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { Logo } from '@/app/Logo'
import './card-page.css'

interface Props {
  title: string
  overline?: string
  wide?: boolean
  /** at the upper right */
  corner?: ReactNode
  children: ReactNode
}

/** One quiet card on an empty page, for everything before and instead of the room. */
export function CardPage({ title, overline, wide, corner, children }: Props) {
  useEffect(() => {
    document.title = overline ? `${title} · ${overline}` : title
  }, [title, overline])
  return (
    <main className="room-sheet">
      <section className={wide ? 'room-sheet__card room-sheet__card--wide' : 'room-sheet__card'}>
        <div className="room-sheet__top">
          <Logo size={36} />
          {corner}
        </div>
        <div>
          {overline && <p className="room-sheet__over">{overline}</p>}
          <h1>{title}</h1>
        </div>
        {children}
      </section>
    </main>
  )
}
