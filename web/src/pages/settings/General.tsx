import { useTranslation } from 'react-i18next'
import { LanguageSelect } from '@/app/LanguageSelect'
import { hasRole, useSession } from '@/app/useSession'
import { formatZone } from '@/time/format'
import { Person } from '@/ui/Person'
import { Card } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { ContactSync } from './ContactSync'
import { Members } from './Members'
import { SystemState } from './SystemState'

/** Who I am, what works, and who of the company may do what. */
export function General() {
  const session = useSession()
  const administrator = session.roles.includes('administrator')
  return (
    <>
      <div className="hm-settings">
        <Me />
        <SystemState features={session.features} />
      </div>
      {administrator && <ContactSync />}
      {hasRole(session, 'recruiter') && <Members editable={administrator} />}
    </>
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
