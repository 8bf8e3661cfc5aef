import { useTranslation } from 'react-i18next'
import type { InsightFigure, InsightSummary } from '@/api/insight'
import { Card } from '@/ui/Page'
import { FigureButton } from './FigureButton'
import { formatDays, formatHours, formatPercent, percentOf, toDays, toHours } from './format'

/** The figures of the whole period; own: of the interviewer who reads them. */
export function Totals({ total, own, show }: { total: InsightSummary; own?: boolean; show: (rows: { figure: InsightFigure }) => void }) {
  const { t } = useTranslation('insight')
  const { held, scheduled, notHeld, declined, due, late, lead, delay } = total
  const percent = (part: number, whole: number) => {
    const value = percentOf(part, whole)
    return value === null ? '–' : formatPercent(value)
  }
  const items: { figure: InsightFigure; label: string; value: string }[] = [
    { figure: 'held', label: t('held'), value: String(held) },
    { figure: 'scheduled', label: t('scheduled'), value: String(scheduled) },
    own
      ? { figure: 'declined', label: t('declined'), value: String(declined) }
      : { figure: 'not_held', label: t('notHeldShare'), value: percent(notHeld, held + notHeld) },
    ...(own ? [] : [{ figure: 'lead' as const, label: t('leadMedian'), value: lead.count ? formatDays(toDays(lead.medianMinutes)) : '–' }]),
    { figure: 'evaluated', label: t('delayMedian'), value: delay.count ? formatHours(toHours(delay.medianMinutes)) : '–' },
    { figure: 'late', label: t('lateShare'), value: percent(late, due) },
  ]
  return (
    <Card>
      <dl className="hm-insight-totals">
        {items.map(({ figure, label, value }) => (
          <div key={figure}>
            <dt>{label}</dt>
            <dd className="hm-num">
              <FigureButton label={`${label}: ${value}`} onClick={() => show({ figure })}>
                {value}
              </FigureButton>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
