import { useQuery } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, useLocation } from 'react-router'
import { CalendarIcon, ChartIcon, ChatIcon, CodeIcon, HomeIcon, ListIcon, ScaleIcon, SettingIcon, UsersIcon, WorkIcon } from '@/ui/icons'
import { worklistCountsQuery } from '@/api/interviews'
import type { Session } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { Modal } from '@/ui/Modal'
import { countWork } from '@/ui/worklist'
import { AccountControls } from './AccountControls'
import { Logo } from './Logo'
import { usePrefetchPage } from './pageLoaders'
import { hasAct, hasActSomewhere, useSession } from './useSession'

type NavItem = 'overview' | 'interviews' | 'candidates' | 'positions' | 'questions' | 'insight' | 'calibration' | 'messages' | 'settings'

const icons: Record<NavItem, ComponentType<{ className?: string }>> = {
  overview: HomeIcon,
  interviews: CalendarIcon,
  candidates: UsersIcon,
  positions: WorkIcon,
  questions: CodeIcon,
  insight: ChartIcon,
  calibration: ScaleIcon,
  messages: ChatIcon,
  settings: SettingIcon,
}

function navItemsFor(session: Session): NavItem[] {
  const visible: Partial<Record<NavItem, boolean>> = {
    candidates: hasActSomewhere(session, 'read_candidates'),
    positions: hasAct(session, 'edit_positions') || session.managedActs.length > 0,
    calibration: hasAct(session, 'rate_replays'),
    messages: hasAct(session, 'read_messages'),
  }
  return (Object.keys(icons) as NavItem[]).filter((item) => visible[item] ?? true)
}

const navPath = (item: NavItem) => (item === 'overview' ? '/' : `/${item}`)

function NavItemLink({ item, className, onClick }: { item: NavItem; className: string; onClick?: () => void }) {
  const { t } = useTranslation()
  const prefetchPage = usePrefetchPage()
  const Icon = icons[item]
  return (
    <NavLink
      to={navPath(item)}
      end={item === 'overview'}
      onClick={onClick}
      onPointerEnter={() => prefetchPage(item)}
      onFocus={() => prefetchPage(item)}
      className={({ isActive }) => (isActive ? `${className} ${className}--active` : className)}
    >
      <Icon aria-hidden="true" />
      <span>{t(`nav.${item}`)}</span>
      {item === 'overview' && <WorkCount />}
    </NavLink>
  )
}

/** For recruiters: the number of interviews to act on. */
function WorkCount() {
  const { t } = useTranslation()
  const recruiter = hasAct(useSession(), 'read_worklist')
  const { data } = useQuery({ ...worklistCountsQuery, enabled: recruiter })
  const count = data ? countWork(data) : 0
  if (count === 0) return null
  return (
    <span className="hm-nav-count hm-num" role="img" aria-label={t('overview.count', { count })}>
      {count > 99 ? '99+' : count}
    </span>
  )
}

export function SideNav({ session }: { session: Session }) {
  const { t } = useTranslation()
  return (
    <aside className="hm-side">
      <div className="hm-side__brand">
        <Logo />
        <div className="hm-grow">
          <div className="hm-side__name">{t('app.name')}</div>
          <div className="hm-small hm-muted hm-truncate">{session.corp.name}</div>
        </div>
      </div>
      <nav aria-label={t('nav.label')} className="hm-side__nav">
        {navItemsFor(session).map((item) => (
          <NavItemLink key={item} item={item} className="hm-nav-item" />
        ))}
      </nav>
      <div className="hm-side__user">
        <Avatar name={session.user.name} src={session.user.avatar} size={32} />
        <div className="hm-grow">
          <div className="hm-truncate">{session.user.name}</div>
          <div className="hm-small hm-muted hm-truncate">{session.user.department || session.user.position}</div>
        </div>
        <AccountControls compact />
      </div>
    </aside>
  )
}

/** Navigation on a phone: three items, the others in a dialog behind the last tab. */
export function TabBar({ session }: { session: Session }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const [open, setOpen] = useState(false)
  const items = navItemsFor(session)
  const tabs = items.slice(0, 3)
  const moreItems = items.slice(tabs.length)
  const inMoreItems = moreItems.some((item) => pathname.startsWith(navPath(item)))
  return (
    <nav aria-label={t('nav.label')} className="hm-tabs">
      {tabs.map((item) => (
        <NavItemLink key={item} item={item} className="hm-tab" />
      ))}
      <button type="button" className={inMoreItems ? 'hm-tab hm-tab--active' : 'hm-tab'} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <ListIcon />
        <span>{t('nav.more')}</span>
      </button>
      {open && (
        <Modal title={session.user.name} onClose={() => setOpen(false)}>
          <div className="hm-stack">
            <div className="hm-more">
              {moreItems.map((item) => (
                <NavItemLink key={item} item={item} className="hm-nav-item" onClick={() => setOpen(false)} />
              ))}
            </div>
            <AccountControls />
          </div>
        </Modal>
      )}
    </nav>
  )
}
