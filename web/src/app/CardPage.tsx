import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { Logo } from '@/app/Logo'
import './card-page.css'

interface Props {
  title: string
  overline?: string
  wide?: boolean
  /** content of the upper right corner */
  corner?: ReactNode
  children: ReactNode
}

/** One card on an empty page, for the join page, the lobby and errors of the room. */
export function CardPage({ title, overline, wide, corner, children }: Props) {
  useEffect(() => {
    document.title = overline ? `${title} · ${overline}` : title
  }, [title, overline])
  return (
    <main className="card-page">
      <section className={wide ? 'card-page__card card-page__card--wide' : 'card-page__card'}>
        <div className="card-page__top">
          <Logo size={36} />
          {corner}
        </div>
        <div>
          {overline && <p className="card-page__overline">{overline}</p>}
          <h1>{title}</h1>
        </div>
        {children}
      </section>
    </main>
  )
}
