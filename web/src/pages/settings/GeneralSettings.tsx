import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { LanguageSelect } from '@/app/LanguageSelect'
import { ThemeSelect } from '@/app/ThemeSelect'
import { hasAct, useSession } from '@/app/useSession'
import { loadNamespace } from '@/i18n'
import { formatTimeZone } from '@/time/format'
import { Person } from '@/ui/Person'
import { Card } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { ContactSyncCard } from './ContactSync'
import { MembersCard } from './Members'
import { SystemStateCard } from './SystemState'

const HiringSettingsCard = lazy(async () => {
  const [card] = await Promise.all([import('./HiringSettings'), loadNamespace('access')])
  return card
})

/** Own account, system state and the members' roles. */
export function GeneralSettings() {
  const session = useSession()
  const administrator = hasAct(session, 'assign_roles')
  return (
    <>
      <div className="hm-settings">
        <OwnAccountCard />
        <SystemStateCard features={session.features} />
      </div>
      {administrator && <ContactSyncCard />}
      {hasAct(session, 'edit_availability') && <MembersCard editable={administrator} />}
      {administrator && (
        <Suspense>
          <HiringSettingsCard />
        </Suspense>
      )}
    </>
  )
}

function OwnAccountCard() {
  const { t } = useTranslation()
  const { user, corp, roles } = useSession()
  return (
    <Card title={t('settings.me')}>
      <dl className="hm-facts">
        <dt>{t('settings.account')}</dt>
        <dd>
          <Person name={user.name} avatar={user.avatar} />
        </dd>
        <dt>{t('settings.company')}</dt>
        <dd>{corp.name}</dd>
        <dt>{t('settings.roles')}</dt>
        <dd className="hm-row">
          {roles.map((role) => (
            <Tag key={role} tone="primary">
              {t(`role.${role}`)}
            </Tag>
          ))}
        </dd>
        <dt>{t('settings.zone')}</dt>
        <dd>{formatTimeZone(corp.timeZone)}</dd>
        <dt>{t('nav.language')}</dt>
        <dd className="hm-settings__language">
          <LanguageSelect bare />
        </dd>
        <dt>{t('nav.theme')}</dt>
        <dd className="hm-settings__language">
          <ThemeSelect bare />
        </dd>
      </dl>
    </Card>
  )
}
