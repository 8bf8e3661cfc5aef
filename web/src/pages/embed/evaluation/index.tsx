import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { embeddedScorecardQuery, embeddedScorecardStorage } from '@/api/embed'
import type { EmbeddedEvaluation } from '@/api/types'
import { ScorecardForm } from '@/pages/scorecard/ScorecardForm'
import { Note } from '@/ui/feedback'
import { EmbedFrame } from '../EmbedFrame'

/** The draft of the interviewer's scorecard in a frame of ShowMeBug's room. */
export default function EmbeddedEvaluationPage() {
  const { t } = useTranslation()
  const { token = '' } = useParams()
  const evaluation = useQuery(embeddedScorecardQuery(token))
  const storage = useMemo(() => embeddedScorecardStorage(token), [token])
  const reload = () => void evaluation.refetch()
  return (
    <EmbedFrame title={t('scorecard.title')} query={evaluation}>
      {({ interview, scorecard, canEvaluate, scorecardUrl }) =>
        scorecard && (canEvaluate || scorecard.state === 'submitted') ? (
          <ScorecardForm
            key={`${scorecard.state}-${evaluation.dataUpdatedAt}`}
            scorecard={scorecard}
            zone={interview.timeZone}
            storage={storage}
            onReload={reload}
            submitUrl={scorecardUrl}
          />
        ) : (
          <OpenScorecardNote personal={Boolean(scorecard)} url={scorecardUrl} />
        )
      }
    </EmbedFrame>
  )
}

/** ShowMeBug shows the same URL to all interviewers, so each must sign in on this product's own page. */
function OpenScorecardNote({ personal, url }: { personal: boolean; url: EmbeddedEvaluation['scorecardUrl'] }) {
  const { t } = useTranslation()
  const openLink = (
    <a className="t-button t-button--theme-primary t-button--variant-base" href={url} target="_blank" rel="noreferrer noopener">
      <span className="t-button__text">{t('embed.openScorecard')}</span>
    </a>
  )
  return <Note actions={!personal && openLink}>{personal ? t('embed.notYet') : t('embed.several')}</Note>
}
