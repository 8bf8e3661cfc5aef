import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DebriefRound } from '@/api/debrief'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Card } from '@/ui/Page'
import { DecisionTag } from '@/ui/stateTags'
import { Table } from '@/ui/Table'
import { averageText } from '@/pages/scorecard/averageText'

/** The rounds with their scorecards' state and their decisions. */
export function RoundsCard({ rounds, hasMore }: { rounds: DebriefRound[]; hasMore: boolean }) {
  const { t } = useTranslation(['scorecards', 'translation'])
  const zone = useTimeZone()
  return (
    <Card flush title={t('scorecards:debrief.rounds')}>
      <Table
        label={t('scorecards:debrief.rounds')}
        rows={rounds}
        columns={[
          {
            title: t('scorecards:debrief.interview'),
            isRowHeader: true,
            cell: ({ id, title, startsAt, position }) => (
              <>
                <Link to={`/interviews/${id}`}>{title}</Link>
                <div className="hm-small hm-muted">
                  {formatDateTime(startsAt, zone)} · {position.title}
                </div>
              </>
            ),
          },
          { title: t('scorecards:debrief.interviewers'), cell: ({ interviewers }) => interviewers.map(({ name }) => name).join(t('scorecards:debrief.separator')) },
          { title: t('scorecards:debrief.template'), cell: ({ template }) => t('scorecards:debrief.templateVersion', { title: template.title, version: template.version }) },
          { title: t('scorecards:debrief.scorecards'), cell: (round) => <ScorecardState round={round} /> },
          { title: t('scorecards:overall'), cell: ({ scorecards: { summary } }) => summary && <span className="hm-num">{averageText(summary.average, summary.scale)}</span> },
          {
            title: t('translation:result.title'),
            cell: ({ result }) =>
              result && (
                <>
                  <DecisionTag decision={result.decision} />
                  <div className="hm-small hm-muted">{t('translation:result.by', { name: result.decidedBy.name, time: formatDateTime(result.decidedAt, zone) })}</div>
                  {result.comment && <div className="hm-wrap hm-small">{result.comment}</div>}
                </>
              ),
          },
        ]}
      />
      {hasMore && <p className="hm-compare__definition hm-small hm-muted">{t('scorecards:debrief.hasMore')}</p>}
    </Card>
  )
}

function ScorecardState({ round: { state, scorecards } }: { round: DebriefRound }) {
  const { t } = useTranslation(['scorecards', 'translation'])
  const { submitted, expected, visible } = scorecards
  if (state !== 'ended' && submitted === 0) return t(`translation:state.${state}`)
  return (
    <>
      <span className="hm-num">
        {submitted} / {expected}
      </span>
      {!visible && <div className="hm-small hm-muted">{t('scorecards:debrief.hidden')}</div>}
    </>
  )
}
