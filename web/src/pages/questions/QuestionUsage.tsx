import { useTranslation } from 'react-i18next'
import type { QuestionUsage as Usage } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Table } from '@/ui/Table'

/** How interviews have used each version of a question. */
export function QuestionUsage({ usage, present }: { usage: Usage[]; present: number }) {
  const { t } = useTranslation('questions')
  const zone = useTimeZone()
  return (
    <section className="hm-stack" aria-label={t('health.usage')}>
      <h3>{t('health.usage')}</h3>
      {usage.length === 0 ? (
        <p className="hm-muted">{t('health.unused')}</p>
      ) : (
        <>
          <Table
            label={t('health.usage')}
            rows={usage.map((one) => ({ ...one, id: String(one.version) }))}
            columns={[
              {
                title: t('health.version'),
                isRowHeader: true,
                cell: ({ version }) => (
                  <>
                    {t('versions.number', { number: version })} {version === present && <span className="hm-muted">{t('versions.newest')}</span>}
                  </>
                ),
              },
              { title: t('health.interviews'), cell: ({ interviews }) => <span className="hm-num">{interviews}</span> },
              { title: t('health.lastUse'), cell: ({ lastShown }) => lastShown && <span className="hm-num">{formatDateTime(lastShown, zone)}</span> },
              { title: t('health.median'), cell: ({ timed, medianMinutes }) => timed > 0 && <span className="hm-num">{t('health.minutes', { count: medianMinutes })}</span> },
              { title: t('health.solved'), cell: ({ tested, solved }) => tested > 0 && <span className="hm-num">{t('health.ratio', { part: solved, whole: tested })}</span> },
              { title: t('health.score'), cell: ({ averageScore }) => averageScore && <span className="hm-num">{averageScore.toFixed(1)}</span> },
              { title: t('health.passedInterviews'), cell: ({ passed, failed }) => passed + failed > 0 && <span className="hm-num">{t('health.ratio', { part: passed, whole: passed + failed })}</span> },
            ]}
          />
          <p className="hm-small hm-muted">{t('health.usageHint')}</p>
        </>
      )}
    </section>
  )
}
