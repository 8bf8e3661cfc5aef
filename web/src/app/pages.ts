// Every page is a chunk of its own: a page's module exports `default`.
export const pages = {
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

/** Fetches a page that is about to be opened: the hand is already on its link. */
export function fetchAhead(page: keyof typeof pages): void {
  // If it fails now, opening the page tries again and says so.
  pages[page]().catch(() => {})
}
