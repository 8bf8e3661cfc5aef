import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { appointmentsQuery, useRetryAppointments } from '@/api/appointments'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** What is missing in WeCom's calendar and meetings, and the remedy. */
export function AppointmentNote({ interview: { id, permissions } }: { interview: Interview }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const errorText = useErrorText()
  const appointments = useQuery({ ...appointmentsQuery(id), enabled: permissions.edit })
  const retry = useRetryAppointments(id)
  const failed = permissions.edit ? (appointments.data?.items.filter((one) => one.state === 'failed') ?? []) : []
  if (failed.length === 0) return null
  const handleRetry = () => retry.mutate(undefined, { onError: (err) => toast.error(errorText(err)) })
  return (
    <Note
      tone="warning"
      actions={
        <Button size="small" loading={retry.isPending} onClick={handleRetry}>
          {t('appointment.retry')}
        </Button>
      }
    >
      {failed.map(({ kind, failure, nextAttemptAt }) => (
        <div key={kind}>
          <p>
            <strong>{t(`appointment.${kind}`)}</strong> {failure?.message}
          </p>
          {nextAttemptAt && <p className="hm-small hm-muted">{t('room.next', { time: formatDateTime(nextAttemptAt, zone) })}</p>}
        </div>
      ))}
    </Note>
  )
}
