import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ChevronLeftIcon } from '@/ui/icons'
import './page.css'

interface Props {
  title: string
  subtitle?: ReactNode
  back?: { to: string; label: string }
  actions?: ReactNode
  narrow?: boolean
  children: ReactNode
}

/** Layout of a member page: heading, actions, content. */
export function Page({ title, subtitle, back, actions, narrow, children }: Props) {
  useDocumentTitle(title)
  const main = useFocusOnNavigation()
  return (
    <main ref={main} id="content" tabIndex={-1} className={narrow ? 'hm-page hm-page--narrow' : 'hm-page'}>
      {back && (
        <Link className="hm-back" to={back.to}>
          <ChevronLeftIcon />
          {back.label}
        </Link>
      )}
      <header className="hm-page__head">
        <div className="hm-grow">
          <h1>{title}</h1>
          {subtitle && <div className="hm-page__sub">{subtitle}</div>}
        </div>
        {actions && <div className="hm-row">{actions}</div>}
      </header>
      {children}
    </main>
  )
}

let hasNavigated = false

/** Moves the focus to the page after a navigation, so that a screen reader reads it. The first page keeps the browser's focus. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    if (hasNavigated) main.current?.focus({ preventScroll: true })
    hasNavigated = true
  }, [])
  return main
}

export function useDocumentTitle(title: string) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = title ? `${title} · ${t('app.name')}` : t('app.name')
  }, [title, t])
}

export function Card({ title, actions, children, flush }: { title?: string; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={flush ? 'hm-card hm-card--flush' : 'hm-card'} aria-label={title}>
      {title && (
        <header className="hm-card__head">
          <h2 className="hm-grow">{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  )
}
