import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { embeddedScorecardQuery, keepEmbeddedScorecard } from '@/api/embed'
import type { EmbeddedEvaluation } from '@/api/types'
import { ScorecardForm } from '@/pages/scorecard/ScorecardForm'
import { Note } from '@/ui/states'
import { Frame } from '../Frame'

/** The interviewer's scorecard beside ShowMeBug's room. */
export default function EmbeddedEvaluationPage() {
  const { t } = useTranslation()
  const { token = '' } = useParams()
  const evaluation = useQuery(embeddedScorecardQuery(token))
  const keeping = useMemo(() => keepEmbeddedScorecard(token), [token])
  const reload = () => void evaluation.refetch()
  return (
    <Frame title={t('scorecard.title')} query={evaluation}>
      {({ interview, scorecard, canEvaluate, scorecardUrl }) =>
        scorecard && (canEvaluate || scorecard.state === 'submitted') ? (
          <ScorecardForm
            key={`${scorecard.state}-${evaluation.dataUpdatedAt}`}
            scorecard={scorecard}
            zone={interview.timeZone}
            keeping={keeping}
            reload={reload}
            onSubmitted={reload}
          />
        ) : (
          <Elsewhere known={Boolean(scorecard)} url={scorecardUrl} />
        )
      }
    </Frame>
  )
}

/** ShowMeBug shows all interviewers the same address: each has to say who they are, on our own page. */
function Elsewhere({ known, url }: { known: boolean; url: EmbeddedEvaluation['scorecardUrl'] }) {
  const { t } = useTranslation()
  const open = (
    <a className="t-button t-button--theme-primary t-button--variant-base" href={url} target="_blank" rel="noreferrer noopener">
      <span className="t-button__text">{t('embed.openScorecard')}</span>
    </a>
  )
  return <Note actions={!known && open}>{known ? t('embed.notYet') : t('embed.several')}</Note>
}
