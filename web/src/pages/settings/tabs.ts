import type { pages } from '@/app/pages'
import type { Session } from '@/api/types'

interface Tab {
  /** Its text is settings.tabs.<name>. */
  name: 'general' | 'rooms' | 'tokens' | 'webhooks'
  path: string
  /** The chunk that is fetched as soon as a hand is on the tab. */
  page: keyof typeof pages
  /** Who is shown it. What they may do there, the server decides. */
  shown: (session: Session) => boolean
}

const administrator = ({ roles }: Session) => roles.includes('administrator')

// A new tab: a row here, a page in app/pages.ts, a route below "settings" in routes.tsx.
const tabs: Tab[] = [
  { name: 'general', path: '/settings', page: 'settings', shown: () => true },
  { name: 'rooms', path: '/settings/rooms', page: 'settingsRooms', shown: administrator },
  { name: 'tokens', path: '/settings/tokens', page: 'settingsTokens', shown: () => true },
  { name: 'webhooks', path: '/settings/webhooks', page: 'settingsWebhooks', shown: administrator },
]

export function tabsFor(session: Session): Tab[] {
  return tabs.filter(({ shown }) => shown(session))
}
