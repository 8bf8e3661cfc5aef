import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { scorecardsQuery } from '@/api/scorecards'
import type { Criterion, CriterionSummary, Interview, Recommendation, Scorecard, Scorecards as Cards } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatMoment } from '@/notes/formatMoment'
import { MomentList } from '@/notes/MomentList'
import { averageText } from '@/pages/scorecard/averageText'
import { CriterionWeight, ScoreEntry } from '@/pages/scorecard/ScoreEntry'
import { ButtonLink } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { RecommendTag } from '@/ui/stateTags'
import { EarlyOpeningNote, MissingScorecards } from './MissingScorecards'

/** All scorecards side by side, once all are submitted or a recruiter opens them. */
export function Scorecards({ interview }: { interview: Interview }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const cards = useQuery({ ...scorecardsQuery(interview.id), refetchInterval: 15_000 })
  const debriefLink = (
    <ButtonLink size="small" variant="outline" to={`/candidates/${interview.candidate.id}/debrief`}>
      {t('scorecards:debrief.title')}
    </ButtonLink>
  )
  return (
    <Card flush title={t('scorecards:title')} actions={debriefLink}>
      <QueryContent query={cards} lines={4}>
        {(data) => (
          <>
            <EarlyOpeningNote opened={data.opened} />
            {data.visible && data.items.length > 0 ? <Comparison cards={data} startedAt={interview.startedAt} /> : <HiddenScorecards cards={data} />}
            <MissingScorecards interview={interview} cards={data} />
          </>
        )}
      </QueryContent>
    </Card>
  )
}

/** Only the number of scorecards, and who will see them when. */
function HiddenScorecards({ cards: { submitted, expected, opened } }: { cards: Cards }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  if (expected === 0) return <EmptyState small title={t('scorecards:none')} />
  const waiting = expected > submitted && !opened
  return <EmptyState small title={t('scorecards:count', { submitted, expected })} text={waiting ? t('scorecards:hidden') : t('scorecards:restricted')} />
}

function Comparison({ cards: { items, summary }, startedAt }: { cards: Cards; startedAt: string | undefined }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const criteria = items[0]?.criteria ?? []
  const isMixed = new Set(criteria.filter(({ kind }) => kind === 'score').map(({ scale }) => scale)).size > 1
  return (
    <>
      <div className="hm-compare" role="region" aria-label={t('scorecards:comparison')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('scorecards:criterion')}</th>
              {items.map(({ author }) => (
                <th key={author.userId} scope="col">
                  <Person name={author.name} avatar={author.avatar} />
                </th>
              ))}
              <th scope="col">{t('scorecards:average')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('scorecard.recommendation')}</th>
              {items.map(({ author, recommendation }) => (
                <td key={author.userId}>{recommendation ? <RecommendTag recommendation={recommendation} /> : '–'}</td>
              ))}
              <td>{summary?.recommendations.map((one) => <RecommendationCount key={one.recommendation} {...one} />)}</td>
            </tr>
            {criteria.map((criterion) => (
              <tr key={criterion.key}>
                <th scope="row">
                  {criterion.title}
                  <CriterionWeight kind={criterion.kind} weight={criterion.weight} />
                </th>
                {items.map((card) => (
                  <EntryCell key={card.author.userId} card={card} criterion={criterion} startedAt={startedAt} />
                ))}
                <SummaryCell criterion={criterion} summary={summary?.criteria.find(({ key }) => key === criterion.key)} />
              </tr>
            ))}
            <tr>
              <th scope="row">{t('scorecards:overall')}</th>
              {items.map((card) => (
                <td key={card.author.userId} className="hm-num">
                  {averageText(card.average, summary?.scale)}
                </td>
              ))}
              <td className="hm-num">
                <b>{averageText(summary?.average ?? 0, summary?.scale)}</b>
                {isMixed && summary && <div className="hm-small hm-muted">{t('scorecards:onScale', { scale: summary.scale })}</div>}
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      <p className="hm-compare__definition hm-small hm-muted">{t('scorecards:definition')}</p>
      <CommentList items={items} />
    </>
  )
}

function RecommendationCount({ recommendation, count }: { recommendation: Recommendation; count: number }) {
  return (
    <span className="hm-row">
      <RecommendTag recommendation={recommendation} /> <span className="hm-num">× {count}</span>
    </span>
  )
}

function EntryCell({ card, criterion, startedAt }: { card: Scorecard; criterion: Criterion; startedAt: string | undefined }) {
  const zone = useTimeZone()
  const found = card.scores.find(({ key }) => key === criterion.key)
  return (
    <td>
      <ScoreEntry criterion={criterion} score={found} />
      {found?.comment && <div className="hm-small hm-wrap">{found.comment}</div>}
      <MomentList interviewId={card.interviewId} moments={found?.moments ?? []} formatAt={(at) => formatMoment(at, startedAt, zone)} />
    </td>
  )
}

/** The average of scores, or how often each option was chosen. Texts have no summary. */
function SummaryCell({ criterion: { kind, scale }, summary }: { criterion: Criterion; summary: CriterionSummary | undefined }) {
  if (kind === 'score') return <td className="hm-num">{averageText(summary?.average ?? 0, scale)}</td>
  const chosen = (summary?.options ?? []).filter(({ count }) => count > 0)
  return (
    <td>
      {chosen.length === 0 && '–'}
      {chosen.map(({ key, text, count }) => (
        <div key={key}>
          {text} <span className="hm-num">× {count}</span>
        </div>
      ))}
    </td>
  )
}

function CommentList({ items }: { items: Scorecard[] }) {
  const withComment = items.filter(({ comment }) => comment)
  return (
    <ul className="hm-comments">
      {withComment.map(({ author, comment }) => (
        <li key={author.userId}>
          <Person name={author.name} avatar={author.avatar} />
          <p className="hm-wrap">{comment}</p>
        </li>
      ))}
    </ul>
  )
}
