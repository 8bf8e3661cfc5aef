// Entry of the exported page, which vite.offline.config.ts builds into one file.
import 'tdesign-react/es/style/index.css'
import '@/app/base.css'
import { createRoot } from 'react-dom/client'
import { MemoryRouter } from 'react-router'
import type { Session } from '@/api/types'
import { SessionContext } from '@/app/useSession'
import { initI18n, loadNamespace } from '@/i18n'
import { currentLanguage } from '@/i18n/language'
import { OfflineReplay } from '@/pages/offline/OfflineReplay'
import { applyTheme } from '@/preferences/theme'
import { browserTimeZone } from '@/time/zone'
import type { Transcript } from '@/transcript/document'

/** The parts of the page need a session; a file has none. */
function createSession(): Session {
  return {
    corp: { id: '', name: '', timeZone: browserTimeZone('UTC') },
    features: { mail: { configured: false }, sandbox: { ready: false, languages: [] }, sending: { paused: false }, wecom: { state: 'ok' } },
    language: currentLanguage(),
    roles: [],
    acts: [],
    managedActs: [],
    user: { userId: '', name: '' },
  }
}

async function start(): Promise<void> {
  applyTheme()
  await initI18n()
  await Promise.all([loadNamespace('room'), loadNamespace('replay')])
  const root = document.getElementById('root')
  const json = document.getElementById('transcript')?.textContent ?? ''
  if (!root) throw new Error('the page has no #root')
  createRoot(root).render(
    <SessionContext value={createSession()}>
      <MemoryRouter>
        <OfflineReplay transcript={JSON.parse(json) as Transcript} json={json} />
      </MemoryRouter>
    </SessionContext>,
  )
}

void start()
