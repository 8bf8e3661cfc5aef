import { useTranslation } from 'react-i18next'
import { LanguageSelect } from '@/app/LanguageSelect'
import { hasRole, useSession } from '@/app/useSession'
import { formatZone } from '@/time/format'
import { Person } from '@/ui/Person'
import { Card, Page } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { ContactSync } from './ContactSync'
import { Members } from './Members'
import { SystemState } from './SystemState'
import './settings.css'

export default function SettingsPage() {
  const { t } = useTranslation()
  const session = useSession()
  const administrator = session.roles.includes('administrator')
  return (
    <Page title={t('nav.settings')}>
      <div className="hm-settings">
        <Me />
        <SystemState features={session.features} />
      </div>
      {administrator && <ContactSync />}
      {hasRole(session, 'recruiter') && <Members editable={administrator} />}
    </Page>
  )
}

function Me() {
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
        <dd>{formatZone(corp.timeZone)}</dd>
        <dt>{t('nav.language')}</dt>
        <dd className="hm-settings__language">
          <LanguageSelect bare />
        </dd>
      </dl>
    </Card>
  )
}
