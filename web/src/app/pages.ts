import type { PageLoaders } from './pageLoaders'

// Each page is a separate chunk. A page's module exports its component as `default`.
export const pages: PageLoaders = {
  signin: () => import('@/pages/signin'),
  join: () => import('@/pages/join'),
  room: () => import('@/pages/room'),
  overview: () => import('@/pages/overview'),
  interviews: () => import('@/pages/interviews'),
  interviewForm: () => import('@/pages/interview-form'),
  interview: () => import('@/pages/interview'),
  scorecard: () => import('@/pages/scorecard'),
  positions: () => import('@/pages/positions'),
  candidates: () => import('@/pages/candidates'),
  import: () => import('@/pages/import'),
  questions: () => import('@/pages/questions'),
  messages: () => import('@/pages/messages'),
  settings: () => import('@/pages/settings'),
  settingsWebhooks: () => import('@/pages/settings/webhooks'),
  settingsRooms: () => import('@/pages/settings/showmebug'),
  settingsTokens: () => import('@/pages/settings/tokens'),
  embeddedResume: () => import('@/pages/embed/resume'),
  embeddedEvaluation: () => import('@/pages/embed/evaluation'),
  notFound: () => import('@/pages/not-found'),
}
