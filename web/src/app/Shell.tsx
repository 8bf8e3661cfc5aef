import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, Outlet, useLocation } from 'react-router'
import { Problem } from '@/api/problem'
import { sessionQuery } from '@/api/session'
import type { Session } from '@/api/types'
import { changeLanguage } from '@/i18n'
import { currentLanguage } from '@/i18n/language'
import { ErrorState, Note, Skeleton } from '@/ui/feedback'
import { SideNav, TabBar } from './Navigation'
import { hasRole, SessionContext } from './useSession'
import './shell.css'

/** The sign-in URL with the path to return to, and the error code unless it is only a missing session. */
function signInUrl(next: string, code: string): string {
  const params = new URLSearchParams()
  if (next !== '/') params.set('next', next)
  if (code === 'signin.out_of_range') params.set('error', code)
  const query = params.toString()
  return query ? `/signin?${query}` : '/signin'
}

/** Shows administrators that HUIMIAN_SEND is off. */
export function SendingOffNote({ session }: { session: Session }) {
  const { t } = useTranslation()
  if (!session.features.sending.paused || !hasRole(session, 'administrator')) return null
  return (
    <div className="hm-shell__notice">
      <Note tone="warning">{t('nav.sendingOff')}</Note>
    </div>
  )
}

/** Layout of every page of a signed-in member. */
export function Shell() {
  const { t } = useTranslation()
  const location = useLocation()
  const session = useQuery(sessionQuery)
  const language = session.data?.language

  useEffect(() => {
    if (language && language !== currentLanguage()) void changeLanguage(language)
  }, [language])
  useEffect(() => {
    window.scrollTo(0, 0) // braces: newer browsers return a promise, which React would treat as a cleanup function
  }, [location.pathname])

  if (session.error instanceof Problem && session.error.status === 401) {
    return <Navigate replace to={signInUrl(location.pathname + location.search, session.error.code)} />
  }
  if (!session.data) {
    return session.error ? <ErrorState error={session.error} onRetry={() => void session.refetch()} /> : <Skeleton />
  }
  return (
    <SessionContext value={session.data}>
      <a className="hm-skip" href="#content">
        {t('nav.skip')}
      </a>
      <div className="hm-shell">
        <SideNav session={session.data} />
        <div className="hm-shell__main">
          <SendingOffNote session={session.data} />
          <Outlet />
        </div>
        <TabBar session={session.data} />
      </div>
    </SessionContext>
  )
}
