import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { companyNotificationsQuery, useSetCompanyNotifications } from '@/api/notifications'
import type { CompanyNotifications, CompanyNotificationsInput } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { Card } from '@/ui/Page'
import { TimeField } from '@/ui/TimeField'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'
import { QuietHoursFields } from './QuietHoursFields'

const FIELD_PATHS = ['hours', 'digestAt']

/** The quiet hours of the company, and its morning digest. */
export function CompanyCard() {
  const { t } = useTranslation('admin')
  const settings = useQuery(companyNotificationsQuery)
  return (
    <Card title={t('notifications.company')}>
      <QueryContent query={settings} lines={4}>
        {(loaded) => <CompanyForm settings={loaded} />}
      </QueryContent>
    </Card>
  )
}

function toInput({ quiet, hours, digest, digestAt, version }: CompanyNotifications): CompanyNotificationsInput {
  return { quiet, hours, digest, digestAt, version }
}

function CompanyForm({ settings }: { settings: CompanyNotifications }) {
  const { t } = useTranslation('admin')
  const save = useSetCompanyNotifications()
  const form = useEditForm({
    initialInput: () => toInput(settings),
    save,
    required: [],
    version: settings.version,
    toInput,
    onSaved: () => toast.success(t('notifications.saved')),
    onClose: () => {},
  })
  const { input, set, problem } = form
  return (
    <CardForm {...form.props} fieldPaths={FIELD_PATHS}>
      <div className="hm-field">
        <Checkbox checked={input.quiet} onChange={(quiet) => set({ quiet })}>
          {t('notifications.companyQuiet')}
        </Checkbox>
        <div className="hm-field__hint">{t('notifications.companyQuietHint')}</div>
        {input.quiet && <QuietHoursFields hours={input.hours} problem={problem('hours')} onChange={(hours) => set({ hours })} />}
      </div>
      <div className="hm-field">
        <Checkbox checked={input.digest} onChange={(digest) => set({ digest })}>
          {t('notifications.digest')}
        </Checkbox>
        <div className="hm-field__hint">{t('notifications.digestHint')}</div>
        {input.digest && (
          <div className="hm-quiet__times">
            <TimeField label={t('notifications.digestAt')} value={input.digestAt} problem={problem('digestAt')} onChange={(digestAt) => set({ digestAt })} />
          </div>
        )}
      </div>
    </CardForm>
  )
}
