import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { scorecardsQuery } from '@/api/scorecards'
import type { Criterion, CriterionSummary, Interview, Recommendation, Score, Scorecard, Scorecards as Cards } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatMoment } from '@/notes/formatMoment'
import { MomentList } from '@/notes/MomentList'
import { scoreLabel } from '@/pages/scorecard/scoreLabel'
import { Card } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { RecommendTag } from '@/ui/stateTags'
import { EarlyOpeningNote, MissingScorecards } from './MissingScorecards'

/** All scorecards side by side, once all are submitted or a recruiter opens them. */
export function Scorecards({ interview }: { interview: Interview }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const cards = useQuery({ ...scorecardsQuery(interview.id), refetchInterval: 15_000 })
  return (
    <Card flush title={t('scorecards:title')}>
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
                <th scope="row">{criterion.title}</th>
                {items.map((card) => (
                  <EntryCell key={card.author.userId} card={card} criterion={criterion} startedAt={startedAt} />
                ))}
                <SummaryCell kind={criterion.kind} summary={summary?.criteria.find(({ key }) => key === criterion.key)} />
              </tr>
            ))}
            <tr>
              <th scope="row">{t('scorecards:overall')}</th>
              {items.map((card) => (
                <td key={card.author.userId} className="hm-num">
                  {card.average > 0 ? card.average.toFixed(1) : '–'}
                </td>
              ))}
              <td className="hm-num">
                <b>{summary && summary.average > 0 ? summary.average.toFixed(1) : '–'}</b>
                {isMixed && summary && <div className="hm-small hm-muted">{t('scorecards:onScale', { scale: summary.scale })}</div>}
              </td>
            </tr>
          </tbody>
        </table>
      </div>
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
      <Entry criterion={criterion} score={found} />
      {found?.comment && <div className="hm-small hm-wrap">{found.comment}</div>}
      <MomentList interviewId={card.interviewId} moments={found?.moments ?? []} formatAt={(at) => formatMoment(at, startedAt, zone)} />
    </td>
  )
}

/** What an interviewer has entered for a criterion. */
function Entry({ criterion, score }: { criterion: Criterion; score: Score | undefined }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const { kind, scale = 4, options = [] } = criterion
  const chosen = options.filter(({ key }) => key === score?.choice || score?.checked?.includes(key))
  if (kind === 'score' && score?.score) {
    // The colours are those of four steps.
    const tone = Math.round(1 + ((score.score - 1) * 3) / (scale - 1))
    return (
      <div className={`hm-score hm-score--${tone}`}>
        <b className="hm-num">{score.score}</b> {scoreLabel(t, criterion, score.score)}
      </div>
    )
  }
  if (kind === 'text' && score?.text) return <div className="hm-wrap">{score.text}</div>
  if (chosen.length > 0) return <div className="hm-wrap">{chosen.map(({ text }) => text).join('\n')}</div>
  return <span className="hm-muted">{kind === 'score' ? t('scorecards:notJudged') : '–'}</span>
}

/** The average of scores, or how often each option was chosen. Texts have no summary. */
function SummaryCell({ kind, summary }: { kind: Criterion['kind']; summary: CriterionSummary | undefined }) {
  if (kind === 'score') return <td className="hm-num">{summary && summary.count > 0 ? summary.average.toFixed(1) : '–'}</td>
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
