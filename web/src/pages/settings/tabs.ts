import type { PageName } from '@/app/pageLoaders'
import type { Act, Session } from '@/api/types'
import { hasAct } from '@/app/useSession'

interface Tab {
  /** The label is settings.tabs.<name>. */
  name: 'general' | 'availability' | 'notifications' | 'scorecards' | 'mail' | 'approval' | 'wechat' | 'smartBot' | 'rooms' | 'tokens' | 'webhooks' | 'privacy' | 'audit' | 'system'
  path: string
  /** Prefetched when the pointer or the focus is on the tab. */
  page: PageName
  /** Whether the tab is visible. The server authorises what can be done on it. */
  isVisible: (session: Session) => boolean
}

const has = (act: Act) => (session: Session) => hasAct(session, act)

// To add a tab: a row here, a page in app/pages.ts and app/pageLoaders.ts, a route below "settings" in routes.tsx.
const tabs: Tab[] = [
  { name: 'general', path: '/settings', page: 'settings', isVisible: () => true },
  { name: 'availability', path: '/settings/availability', page: 'settingsAvailability', isVisible: () => true },
  { name: 'notifications', path: '/settings/notifications', page: 'settingsNotifications', isVisible: () => true },
  { name: 'scorecards', path: '/settings/scorecards', page: 'settingsScorecards', isVisible: has('edit_positions') },
  { name: 'mail', path: '/settings/mail', page: 'settingsMail', isVisible: has('read_mail_templates') },
  { name: 'approval', path: '/settings/approval', page: 'settingsApproval', isVisible: has('read_settings') },
  { name: 'wechat', path: '/settings/wechat', page: 'settingsWeChat', isVisible: has('read_settings') },
  { name: 'smartBot', path: '/settings/smart-bot', page: 'settingsSmartBot', isVisible: has('read_settings') },
  { name: 'rooms', path: '/settings/rooms', page: 'settingsRooms', isVisible: has('edit_settings') },
  { name: 'tokens', path: '/settings/tokens', page: 'settingsTokens', isVisible: () => true },
  { name: 'webhooks', path: '/settings/webhooks', page: 'settingsWebhooks', isVisible: has('edit_webhooks') },
  { name: 'privacy', path: '/settings/privacy', page: 'settingsPrivacy', isVisible: has('read_settings') },
  { name: 'audit', path: '/settings/audit', page: 'settingsAudit', isVisible: has('read_audit') },
  { name: 'system', path: '/settings/system', page: 'settingsSystem', isVisible: has('read_settings') },
]

export function tabsFor(session: Session): Tab[] {
  return tabs.filter(({ isVisible }) => isVisible(session))
}
