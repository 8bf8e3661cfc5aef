import type { ComponentType } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, useLocation } from 'react-router'
import { CalendarIcon, ChatIcon, CodeIcon, HomeIcon, ListIcon, SettingIcon, UsersIcon, WorkIcon } from '@/ui/icons'
import type { Session } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { Modal } from '@/ui/Modal'
import { AccountControls } from './AccountControls'
import { Logo } from './Logo'
import { fetchAhead } from './pages'
import { hasRole } from './useSession'

type Place = 'overview' | 'interviews' | 'candidates' | 'positions' | 'questions' | 'messages' | 'settings'

const icons: Record<Place, ComponentType<{ className?: string }>> = {
  overview: HomeIcon,
  interviews: CalendarIcon,
  candidates: UsersIcon,
  positions: WorkIcon,
  questions: CodeIcon,
  messages: ChatIcon,
  settings: SettingIcon,
}

function placesFor(session: Session): Place[] {
  if (hasRole(session, 'recruiter')) {
    return ['overview', 'interviews', 'candidates', 'positions', 'questions', 'messages', 'settings']
  }
  return ['overview', 'interviews', 'questions', 'settings']
}

const pathOf = (place: Place) => (place === 'overview' ? '/' : `/${place}`)

function PlaceLink({ place, className, onClick }: { place: Place; className: string; onClick?: () => void }) {
  const { t } = useTranslation()
  const Icon = icons[place]
  return (
    <NavLink
      to={pathOf(place)}
      end={place === 'overview'}
      onClick={onClick}
      onPointerEnter={() => fetchAhead(place)}
      onFocus={() => fetchAhead(place)}
      className={({ isActive }) => (isActive ? `${className} ${className}--here` : className)}
    >
      <Icon aria-hidden="true" />
      <span>{t(`nav.${place}`)}</span>
    </NavLink>
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
          <div className="hm-small hm-muted hm-cut">{session.corp.name}</div>
        </div>
      </div>
      <nav aria-label={t('nav.label')} className="hm-side__places">
        {placesFor(session).map((place) => (
          <PlaceLink key={place} place={place} className="hm-place" />
        ))}
      </nav>
      <div className="hm-side__user">
        <Avatar name={session.user.name} src={session.user.avatar} size={32} />
        <div className="hm-grow">
          <div className="hm-cut">{session.user.name}</div>
          <div className="hm-small hm-muted hm-cut">{session.user.department || session.user.position}</div>
        </div>
        <AccountControls compact />
      </div>
    </aside>
  )
}

/** A phone's navigation: three places, and the rest behind the last tab. */
export function TabBar({ session }: { session: Session }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const [open, setOpen] = useState(false)
  const places = placesFor(session)
  const tabs = places.slice(0, 3)
  const rest = places.slice(tabs.length)
  const inRest = rest.some((place) => pathname.startsWith(pathOf(place)))
  return (
    <nav aria-label={t('nav.label')} className="hm-tabs">
      {tabs.map((place) => (
        <PlaceLink key={place} place={place} className="hm-tab" />
      ))}
      <button type="button" className={inRest ? 'hm-tab hm-tab--here' : 'hm-tab'} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <ListIcon />
        <span>{t('nav.more')}</span>
      </button>
      {open && (
        <Modal title={session.user.name} onClose={() => setOpen(false)}>
          <div className="hm-stack">
            <div className="hm-more">
              {rest.map((place) => (
                <PlaceLink key={place} place={place} className="hm-place" onClick={() => setOpen(false)} />
              ))}
            </div>
            <AccountControls />
          </div>
        </Modal>
      )}
    </nav>
  )
}
