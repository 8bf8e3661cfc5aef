import { loadNamespace, type Namespace } from '@/i18n'
import type { PageLoaders } from './pageLoaders'

/** Loads a page together with the texts that only some pages need. */
async function withTexts<T>(page: Promise<T>, ...parts: Namespace[]): Promise<T> {
  const [loaded] = await Promise.all([page, ...parts.map(loadNamespace)])
  return loaded
}

// Each page is a separate chunk. A page's module exports its component as `default`.
export const pages: PageLoaders = {
  signin: () => import('@/pages/signin'),
  join: () => withTexts(import('@/pages/join'), 'room'),
  book: () => withTexts(import('@/pages/book'), 'room'),
  room: () => withTexts(import('@/pages/room'), 'room'),
  overview: () => import('@/pages/overview'),
  interviews: () => import('@/pages/interviews'),
  interviewForm: () => import('@/pages/interview-form'),
  loop: () => withTexts(import('@/pages/loop'), 'loop'),
  interview: () => withTexts(import('@/pages/interview'), 'room', 'loop', 'scorecards', 'questions', 'files', 'resultMail', 'conversation'),
  offers: () => import('@/pages/offers'),
  offer: () => import('@/pages/offers/offer'),
  scorecard: () => withTexts(import('@/pages/scorecard'), 'questions', 'scorecards'),
  replay: () => withTexts(import('@/pages/replay'), 'room', 'replay', 'questions'),
  positions: () => import('@/pages/positions'),
  candidates: () => import('@/pages/candidates'),
  import: () => withTexts(import('@/pages/import'), 'admin'),
  questions: () => withTexts(import('@/pages/questions'), 'questions'),
  calibration: () => withTexts(import('@/pages/calibration'), 'calibration'),
  calibrationForm: () => withTexts(import('@/pages/calibration/form'), 'calibration'),
  calibrationExercise: () => withTexts(import('@/pages/calibration/exercise'), 'calibration', 'room', 'replay', 'scorecards'),
  calibrationReplay: () => withTexts(import('@/pages/calibration/replay'), 'calibration', 'room', 'replay'),
  insight: () => withTexts(import('@/pages/insight'), 'insight', 'calibration'),
  messages: () => import('@/pages/messages'),
  settings: () => import('@/pages/settings'),
  settingsWebhooks: () => withTexts(import('@/pages/settings/webhooks'), 'admin'),
  settingsRooms: () => withTexts(import('@/pages/settings/showmebug'), 'admin'),
  settingsAvailability: () => withTexts(import('@/pages/settings/availability'), 'admin'),
  settingsNotifications: () => withTexts(import('@/pages/settings/notifications'), 'admin'),
  settingsTokens: () => withTexts(import('@/pages/settings/tokens'), 'admin'),
  settingsScorecards: () => withTexts(import('@/pages/settings/scorecards'), 'admin', 'scorecards'),
  settingsMail: () => withTexts(import('@/pages/settings/mail'), 'admin'),
  settingsWeChat: () => withTexts(import('@/pages/settings/wechat'), 'admin'),
  settingsPrivacy: () => withTexts(import('@/pages/settings/privacy'), 'admin'),
  settingsAudit: () => withTexts(import('@/pages/settings/audit'), 'admin'),
  settingsSystem: () => withTexts(import('@/pages/settings/system'), 'admin'),
  embeddedResume: () => import('@/pages/embed/resume'),
  embeddedEvaluation: () => withTexts(import('@/pages/embed/evaluation'), 'scorecards'),
  notFound: () => import('@/pages/not-found'),
}
