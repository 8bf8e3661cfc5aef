import { createContext, useContext } from 'react'
import type { ComponentType } from 'react'

export type PageName =
  | 'signin'
  | 'join'
  | 'room'
  | 'book'
  | 'overview'
  | 'interviews'
  | 'interviewForm'
  | 'loop'
  | 'interview'
  | 'offers'
  | 'offer'
  | 'scorecard'
  | 'replay'
  | 'positions'
  | 'candidates'
  | 'import'
  | 'questions'
  | 'calibration'
  | 'insight'
  | 'messages'
  | 'settings'
  | 'settingsWebhooks'
  | 'settingsRooms'
  | 'settingsAvailability'
  | 'settingsNotifications'
  | 'settingsTokens'
  | 'settingsScorecards'
  | 'settingsMail'
  | 'settingsApproval'
  | 'settingsWeChat'
  | 'settingsSmartBot'
  | 'settingsPrivacy'
  | 'settingsAudit'
  | 'settingsSystem'
  | 'embeddedResume'
  | 'embeddedEvaluation'
  | 'notFound'

export type PageLoaders = Record<PageName, () => Promise<{ default: ComponentType }>>

/** Provided by AppRoutes. Pages use the context, because an import of pages.ts would be an import circle. */
export const PageLoadersContext = createContext<PageLoaders | null>(null)

/** Returns a function that loads a page's chunk before navigation, for example on hover. */
export function usePrefetchPage(): (page: PageName) => void {
  const loaders = useContext(PageLoadersContext)
  return (page) => {
    // A failure is ignored: navigation loads the page again and shows the error.
    loaders?.[page]().catch(() => {})
  }
}
