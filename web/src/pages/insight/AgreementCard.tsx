import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { insightAgreementQuery, type InsightFilter } from '@/api/insight'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Card } from '@/ui/Page'
import { AgreementTable } from '../calibration/AgreementTable'

/** How far the interviewers of an interview agree, by criterion. */
export function AgreementCard({ filter }: { filter: InsightFilter }) {
  const { t } = useTranslation('insight')
  const agreement = useQuery(insightAgreementQuery(filter))
  return (
    <Card flush title={t('agreement.title')}>
      <p className="hm-insight-definition hm-small hm-muted">{t('agreement.definition')}</p>
      <QueryContent query={agreement}>
        {(criteria) => (criteria.length > 0 ? <AgreementTable label={t('agreement.title')} criteria={criteria} /> : <EmptyState small title={t('none')} />)}
      </QueryContent>
    </Card>
  )
}
