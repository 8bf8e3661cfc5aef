import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { Logo } from '@/app/Logo'
import './sheet.css'

interface Props {
  title: string
  over?: string
  wide?: boolean
  /** at the upper right */
  corner?: ReactNode
  children: ReactNode
}

/** One quiet card on an empty page, for everything before and instead of the room. */
export function Sheet({ title, over, wide, corner, children }: Props) {
  useEffect(() => {
    document.title = over ? `${title} · ${over}` : title
  }, [title, over])
  return (
    <main className="room-sheet">
      <section className={wide ? 'room-sheet__card room-sheet__card--wide' : 'room-sheet__card'}>
        <div className="room-sheet__top">
          <Logo size={36} />
          {corner}
        </div>
        <div>
          {over && <p className="room-sheet__over">{over}</p>}
          <h1>{title}</h1>
        </div>
        {children}
      </section>
    </main>
  )
}
