import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { interviewQuery } from '@/api/interviews'
import { keepScorecard, myScorecardQuery, useAfterScorecard } from '@/api/scorecards'
import type { Interview } from '@/api/types'
import { useZone } from '@/app/useSession'
import { formatDay, formatSpan } from '@/time/format'
import { today } from '@/time/zone'
import { Page } from '@/ui/Page'
import { Loaded } from '@/ui/states'
import { ScorecardForm } from './ScorecardForm'

export default function ScorecardPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const interview = useQuery({ ...interviewQuery(id), refetchInterval: false })
  const card = useQuery(myScorecardQuery(id))
  const zone = useZone()
  const navigate = useNavigate()
  const refresh = useAfterScorecard(id)
  return (
    <Page
      narrow
      title={t('scorecard.title')}
      subtitle={interview.data && <Subject interview={interview.data} />}
      back={{ to: `/interviews/${id}`, label: t('form.backToInterview') }}
    >
      <Loaded query={card}>
        {(scorecard) => (
          <ScorecardForm
            key={`${scorecard.state}-${card.dataUpdatedAt}`}
            scorecard={scorecard}
            zone={zone}
            keeping={keepScorecard(id)}
            reload={() => void card.refetch()}
            onSubmitted={() => {
              refresh()
              void navigate(`/interviews/${id}`, { replace: true })
            }}
          />
        )}
      </Loaded>
    </Page>
  )
}

function Subject({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const zone = useZone()
  const day = today(zone, new Date(interview.startsAt))
  return (
    <>
      <div>{[interview.candidate.name, interview.position.title, t('interview.round', { round: interview.round })].join(' · ')}</div>
      <div className="hm-small hm-num">
        {formatDay(day)} {formatSpan(interview.startsAt, interview.endsAt, zone)}
      </div>
    </>
  )
}
