import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { lateNoticesQuery, useReportLate } from '@/api/lateNotices'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { Note, useErrorText } from '@/ui/feedback'
import { useNow } from '@/ui/useNow'

const CHOICES = [5, 10, 15]
const HOUR = 3_600_000

/** Which interviewers will be late, and the buttons of an interviewer who will be. */
export function LateNotes({ interview }: { interview: Interview }) {
  const now = useNow().getTime()
  const open = interview.state === 'scheduled' || interview.state === 'in_progress'
  if (!open || interview.room.kind !== 'builtin' || now < Date.parse(interview.startsAt) - HOUR) return null
  return <OpenLateNotes id={interview.id} />
}

function OpenLateNotes({ id }: { id: string }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const { data } = useQuery(lateNoticesQuery(id))
  if (!data) return null
  return (
    <>
      {data.items.map(({ interviewer, minutes, expectedAt }) => (
        <Note key={interviewer.userId} tone="warning">
          {t('late.notice', { name: interviewer.name, minutes, time: formatTime(expectedAt, zone) })}
        </Note>
      ))}
      {data.mayReport && <Note actions={<LateButtons id={id} />}>{t('late.offer', { count: data.left })}</Note>}
    </>
  )
}

function LateButtons({ id }: { id: string }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const report = useReportLate(id)
  const handleClick = (minutes: number) =>
    report.mutate(minutes, {
      onSuccess: () => toast.success(t('late.saved')),
      onError: (err) => toast.error(errorText(err)),
    })
  return (
    <>
      {CHOICES.map((minutes) => (
        <Button key={minutes} disabled={report.isPending} onClick={() => handleClick(minutes)}>
          {t('late.button', { minutes })}
        </Button>
      ))}
    </>
  )
}
