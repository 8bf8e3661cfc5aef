import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { interviewQuery } from '@/api/interviews'
import { notesQuery } from '@/api/notes'
import { scorecardStorage, myScorecardQuery, useInvalidateAfterSubmit } from '@/api/scorecards'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDay, formatTimeRange } from '@/time/format'
import { todayIn } from '@/time/zone'
import { Page } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { ReplayLink } from '@/ui/ReplayLink'
import { UsedQuestions } from '../questions/UsedQuestions'
import { ScorecardForm } from './ScorecardForm'

export default function ScorecardPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const interview = useQuery({ ...interviewQuery(id), refetchInterval: false })
  const card = useQuery(myScorecardQuery(id))
  const notes = useQuery(notesQuery(id))
  const zone = useTimeZone()
  const navigate = useNavigate()
  const refresh = useInvalidateAfterSubmit(id)
  return (
    <Page
      narrow
      title={t('scorecard.title')}
      subtitle={interview.data && <InterviewSummary interview={interview.data} />}
      back={{ to: `/interviews/${id}`, label: t('form.backToInterview') }}
      actions={interview.data && <ReplayLink interview={interview.data} />}
    >
      {interview.data && interview.data.questions.length > 0 && <UsedQuestions questions={interview.data.questions} />}
      <QueryContent query={card}>
        {(scorecard) => (
          <ScorecardForm
            key={`${scorecard.state}-${card.dataUpdatedAt}`}
            scorecard={scorecard}
            zone={zone}
            startedAt={interview.data?.startedAt}
            notes={notes.data}
            storage={scorecardStorage(id)}
            onReload={() => void card.refetch()}
            onSubmitted={() => {
              refresh()
              void navigate(`/interviews/${id}`, { replace: true })
            }}
          />
        )}
      </QueryContent>
    </Page>
  )
}

function InterviewSummary({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const day = todayIn(zone, new Date(interview.startsAt))
  return (
    <>
      <div>{[interview.candidate.name, interview.position.title, t('interview.round', { round: interview.round })].join(' · ')}</div>
      <div className="hm-small hm-num">
        {formatDay(day)} {formatTimeRange(interview.startsAt, interview.endsAt, zone)}
      </div>
    </>
  )
}
