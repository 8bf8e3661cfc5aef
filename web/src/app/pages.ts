import { loadNamespace, type Namespace } from '@/i18n'
import type { PageLoaders } from './pageLoaders'

/** Loads a page together with the texts that only some pages need. */
async function withTexts<T>(part: Namespace, page: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([page, loadNamespace(part)])
  return loaded
}

// Each page is a separate chunk. A page's module exports its component as `default`.
export const pages: PageLoaders = {
  signin: () => import('@/pages/signin'),
  join: () => withTexts('room', import('@/pages/join')),
  room: () => withTexts('room', import('@/pages/room')),
  overview: () => import('@/pages/overview'),
  interviews: () => import('@/pages/interviews'),
  interviewForm: () => import('@/pages/interview-form'),
  interview: () => import('@/pages/interview'),
  scorecard: () => import('@/pages/scorecard'),
  positions: () => import('@/pages/positions'),
  candidates: () => import('@/pages/candidates'),
  import: () => withTexts('admin', import('@/pages/import')),
  questions: () => import('@/pages/questions'),
  messages: () => import('@/pages/messages'),
  settings: () => import('@/pages/settings'),
  settingsWebhooks: () => withTexts('admin', import('@/pages/settings/webhooks')),
  settingsRooms: () => withTexts('admin', import('@/pages/settings/showmebug')),
  settingsTokens: () => withTexts('admin', import('@/pages/settings/tokens')),
  embeddedResume: () => import('@/pages/embed/resume'),
  embeddedEvaluation: () => import('@/pages/embed/evaluation'),
  notFound: () => import('@/pages/not-found'),
}
