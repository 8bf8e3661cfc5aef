import { useTranslation } from 'react-i18next'
import { Navigate, useLocation } from 'react-router'
import { Note } from './feedback'

/** The location state of a redirect. */
interface RedirectState {
  redirectedFromScheduling?: boolean
}

/** From a page on which recruiters schedule interviews to the interviews of the user. */
export function OwnInterviewsRedirect() {
  const state: RedirectState = { redirectedFromScheduling: true }
  return <Navigate replace to="/interviews?scope=mine" state={state} />
}

/** After the redirect: why the page is not the requested one. */
export function OwnInterviewsNote() {
  const { t } = useTranslation()
  const state = useLocation().state as RedirectState | null
  if (!state?.redirectedFromScheduling) return null
  return <Note>{t('interviews.recruitersSchedule')}</Note>
}
