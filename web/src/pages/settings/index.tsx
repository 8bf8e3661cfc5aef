import { useTranslation } from 'react-i18next'
import { NavLink, useOutlet } from 'react-router'
import { usePrefetchPage } from '@/app/pageLoaders'
import { useSession } from '@/app/useSession'
import { Page } from '@/ui/Page'
import { GeneralSettings } from './GeneralSettings'
import { tabsFor } from './tabs'
import './settings.css'

/** Settings layout. The first tab is part of this chunk; each other tab is a nested route (tabs.ts). */
export default function SettingsPage() {
  const { t } = useTranslation()
  const tab = useOutlet()
  return (
    <Page title={t('nav.settings')}>
      <SettingsTabs />
      {tab ?? <GeneralSettings />}
    </Page>
  )
}

function SettingsTabs() {
  const { t } = useTranslation()
  const prefetchPage = usePrefetchPage()
  const tabs = tabsFor(useSession())
  if (tabs.length < 2) return null
  return (
    <nav className="hm-subnav" aria-label={t('nav.settings')}>
      {tabs.map(({ name, path, page }) => (
        <NavLink
          key={name}
          end
          to={path}
          className={({ isActive }) => (isActive ? 'hm-subnav__item hm-subnav__item--active' : 'hm-subnav__item')}
          onPointerEnter={() => prefetchPage(page)}
          onFocus={() => prefetchPage(page)}
        >
          {t(`settings.tabs.${name}`)}
        </NavLink>
      ))}
    </nav>
  )
}
