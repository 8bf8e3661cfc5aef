import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { companyNotificationsQuery, ownNotificationsQuery, useSetOwnNotifications } from '@/api/notifications'
import type { OwnNotifications, OwnNotificationsInput } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'
import { QuietHoursFields } from './QuietHoursFields'

const FIELD_PATHS = ['hours']

type Group = OwnNotificationsInput['muted'][number]

const GROUPS: Group[] = ['reminders', 'waiting', 'scorecards', 'results', 'organizing', 'digests']

/** The messages that the signed-in member receives, and when. */
export function OwnCard() {
  const { t } = useTranslation('admin')
  const settings = useQuery(ownNotificationsQuery)
  return (
    <Card title={t('notifications.own')}>
      <QueryContent query={settings} lines={6}>
        {(loaded) => <OwnForm settings={loaded} />}
      </QueryContent>
    </Card>
  )
}

function toInput({ muted, quiet, hours, version }: OwnNotifications): OwnNotificationsInput {
  return { muted, quiet, hours, version }
}

function OwnForm({ settings }: { settings: OwnNotifications }) {
  const { t } = useTranslation('admin')
  const save = useSetOwnNotifications()
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
      <Groups muted={input.muted} onChange={(muted) => set({ muted })} />
      <div className="hm-field hm-quiet__mode">
        <QuietMode quiet={input.quiet} onChange={(quiet) => set({ quiet })} />
        {input.quiet === 'own' && <QuietHoursFields hours={input.hours} problem={problem('hours')} onChange={(hours) => set({ hours })} />}
      </div>
    </CardForm>
  )
}

/** A checkbox for each group of messages; those about the member's own interviews have none. */
function Groups({ muted, onChange }: { muted: Group[]; onChange: (muted: Group[]) => void }) {
  const { t } = useTranslation('admin')
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{t('notifications.received')}</legend>
      <div className="hm-quiet__groups">
        {GROUPS.map((group) => (
          <Checkbox
            key={group}
            checked={!muted.includes(group)}
            onChange={(received) => onChange(GROUPS.filter((one) => (one === group ? !received : muted.includes(one))))}
          >
            {t(`notifications.groups.${group}`)}
          </Checkbox>
        ))}
      </div>
      <div className="hm-field__hint">{t('notifications.receivedHint')}</div>
    </fieldset>
  )
}

function QuietMode({ quiet, onChange }: { quiet: OwnNotificationsInput['quiet']; onChange: (quiet: OwnNotificationsInput['quiet']) => void }) {
  const { t } = useTranslation('admin')
  const company = useQuery(companyNotificationsQuery).data
  const hours = company?.quiet ? `${company.hours.start}–${company.hours.end}` : t('notifications.noHours')
  return (
    <SelectField
      label={t('notifications.quiet')}
      hint={t('notifications.quietHint')}
      value={quiet}
      options={[
        { value: 'company', label: company ? t('notifications.companyHours', { hours }) : t('notifications.companyMode') },
        { value: 'own', label: t('notifications.ownHours') },
        { value: 'none', label: t('notifications.noQuiet') },
      ]}
      onChange={(value) => onChange(value)}
    />
  )
}
