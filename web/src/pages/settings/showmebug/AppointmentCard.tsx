import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { appointmentSettingsQuery, useSetAppointmentSettings } from '@/api/appointments'
import type { AppointmentSettings } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { Card } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** WeCom's calendar, and the meeting of interviews that name none. */
export function AppointmentCard() {
  const { t } = useTranslation('admin')
  const settings = useQuery(appointmentSettingsQuery)
  return (
    <Card title={t('appointments.title')}>
      <QueryContent query={settings} lines={3}>
        {(loaded) => <AppointmentForm settings={loaded} />}
      </QueryContent>
    </Card>
  )
}

function AppointmentForm({ settings }: { settings: AppointmentSettings }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const save = useSetAppointmentSettings()
  const { calendar, defaultMeeting } = save.isPending ? { ...settings, ...save.variables } : settings
  const change = (part: Partial<Pick<AppointmentSettings, 'calendar' | 'defaultMeeting'>>) =>
    save.mutate(part, { onSuccess: () => toast.success(t('appointments.saved')), onError: (err) => toast.error(errorText(err)) })
  return (
    <div className="hm-stack">
      {settings.scheduleFailure && <Note tone="warning">{settings.scheduleFailure}</Note>}
      {settings.meetingFailure && <Note tone="warning">{settings.meetingFailure}</Note>}
      <div className="hm-field">
        <Checkbox checked={calendar} disabled={save.isPending} onChange={(checked) => change({ calendar: checked })}>
          {t('appointments.calendar')}
        </Checkbox>
        <div className="hm-field__hint">{t('appointments.calendarHint')}</div>
      </div>
      <div className="hm-field">
        <span className="hm-field__label">{t('appointments.meeting')}</span>
        <SegmentedControl
          label={t('appointments.meeting')}
          value={defaultMeeting}
          options={(['none', 'wecom'] as const).map((value) => ({ value, label: t(`appointments.meetings.${value}`) }))}
          disabled={save.isPending}
          onChange={(value) => change({ defaultMeeting: value })}
        />
        <div className="hm-field__hint">{t('appointments.meetingHint')}</div>
      </div>
    </div>
  )
}
