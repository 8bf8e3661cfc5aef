import { useTranslation } from 'react-i18next'
import type { ProblemField, QuietHours } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { TimeField } from '@/ui/TimeField'

interface Props {
  hours: QuietHours
  problem?: ProblemField
  onChange: (hours: QuietHours) => void
}

/** The beginning and the end of quiet hours, and whether days off are quiet. */
export function QuietHoursFields({ hours, problem, onChange }: Props) {
  const { t } = useTranslation('admin')
  const change = (part: Partial<QuietHours>) => onChange({ ...hours, ...part })
  return (
    <>
      <div className="hm-quiet__times">
        <TimeField label={t('notifications.start')} value={hours.start} onChange={(start) => change({ start })} />
        <TimeField label={t('notifications.end')} value={hours.end} problem={problem} onChange={(end) => change({ end })} />
      </div>
      <Checkbox checked={hours.daysOff} onChange={(daysOff) => change({ daysOff })}>
        {t('notifications.daysOff')}
      </Checkbox>
    </>
  )
}
