import { useTranslation } from 'react-i18next'
import type { CriterionAgreement } from '@/api/calibration'
import { Table } from '@/ui/Table'
import { kappaText, shareText } from './agreementText'

/** The agreement on each criterion. */
export function AgreementTable({ label, criteria }: { label: string; criteria: CriterionAgreement[] }) {
  const { t } = useTranslation('calibration')
  return (
    <Table
      label={label}
      rows={criteria.map((criterion) => ({ ...criterion, id: `${criterion.template.id} ${criterion.key}` }))}
      columns={[
        { title: t('criterion'), isRowHeader: true, cell: ({ title }) => title },
        { title: t('template'), isSecondary: true, cell: ({ template }) => template.title },
        { title: t('subjects'), cell: ({ subjects }) => <span className="hm-num">{subjects}</span> },
        { title: t('exact'), cell: ({ exact, pairs }) => shareText(exact, pairs) },
        { title: t('withinOne'), cell: ({ withinOne, pairs }) => shareText(withinOne, pairs) },
        { title: t('kappa.title'), cell: (criterion) => kappaText(t, criterion) },
      ]}
    />
  )
}
