import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { calibrationResultQuery, type CalibrationRating, type CalibrationResult } from '@/api/calibration'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Card } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { kappaText, shareText } from './agreementText'

/** The comparison of the ratings of an exercise. */
export function ExerciseResult({ id }: { id: string }) {
  const { t } = useTranslation('calibration')
  const result = useQuery(calibrationResultQuery(id))
  return (
    <QueryContent query={result} lines={9}>
      {(data) =>
        data.ratings.length === 0 ? (
          <Card flush>
            <EmptyState title={t('noRatings')} />
            <Raters exercise={data.exercise} />
          </Card>
        ) : (
          <div className="hm-stack">
            <CriteriaCard criteria={data.criteria} />
            <RatingsCard result={data} />
          </div>
        )
      }
    </QueryContent>
  )
}

function Raters({ exercise: { raters } }: { exercise: CalibrationResult['exercise'] }) {
  const { t } = useTranslation('calibration')
  const missing = raters.filter(({ submitted }) => !submitted).map(({ member }) => member.name)
  if (missing.length === 0) return null
  return <p className="hm-calibration-definition hm-small hm-muted">{t('missing', { names: missing.join(t('separator')) })}</p>
}

function CriteriaCard({ criteria }: { criteria: CalibrationResult['criteria'] }) {
  const { t } = useTranslation('calibration')
  return (
    <Card flush title={t('agreement')}>
      <p className="hm-calibration-definition hm-small hm-muted">{t('agreementDefinition')}</p>
      <Table
        label={t('agreement')}
        rows={criteria.map((row) => ({ ...row, id: row.criterion.key }))}
        columns={[
          { title: t('criterion'), isRowHeader: true, cell: ({ criterion }) => criterion.title },
          { title: t('spread'), cell: ({ count, lowest, highest }) => count > 0 && <span className="hm-num">{lowest === highest ? lowest : `${lowest}–${highest}`}</span> },
          { title: t('median'), cell: ({ count, median }) => count > 0 && <span className="hm-num">{median}</span> },
          { title: t('exact'), cell: ({ exact, pairs }) => shareText(exact, pairs) },
          { title: t('withinOne'), cell: ({ withinOne, pairs }) => shareText(withinOne, pairs) },
          { title: t('kappa.all'), cell: ({ all }) => kappaText(t, all) },
        ]}
      />
    </Card>
  )
}

function RatingsCard({ result: { criteria, ratings, exercise } }: { result: CalibrationResult }) {
  const { t } = useTranslation(['calibration', 'translation'])
  let originals = 0
  const rows = ratings.map((rating, index) => ({
    ...rating,
    id: String(index),
    name: rating.author?.name ?? t('calibration:originalOf', { number: ++originals }),
  }))
  const scoreOf = ({ scores }: CalibrationRating, key: string) => scores.find((score) => score.key === key)?.score
  return (
    <Card flush title={t('calibration:ratings')}>
      <Table
        label={t('calibration:ratings')}
        rows={rows}
        columns={[
          { title: t('calibration:rater'), isRowHeader: true, cell: ({ name, original, author }) => (original && author ? t('calibration:originalBy', { name }) : name) },
          ...criteria.map(({ criterion: { key, title } }) => ({ title, cell: (rating: CalibrationRating) => String(scoreOf(rating, key) || '') })),
          { title: t('translation:scorecard.recommendation'), cell: ({ recommendation }) => t(`translation:recommend.${recommendation}`) },
          { title: t('calibration:comment'), isSecondary: true, cell: ({ comment }) => comment && <span className="hm-wrap">{comment}</span> },
        ]}
      />
      <Raters exercise={exercise} />
    </Card>
  )
}
