import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { scorecardsQuery } from '@/api/scorecards'
import type { Interview, Recommendation, Scorecard, Scorecards as Cards } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatMoment } from '@/notes/formatMoment'
import { MomentList } from '@/notes/MomentList'
import { Card } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { RecommendTag } from '@/ui/stateTags'
import { EarlyOpeningNote, MissingScorecards } from './MissingScorecards'

/** All scorecards side by side, once all are submitted or a recruiter opens them. */
export function Scorecards({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const cards = useQuery({ ...scorecardsQuery(interview.id), refetchInterval: 15_000 })
  return (
    <Card flush title={t('cards.title')}>
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
  const { t } = useTranslation()
  if (expected === 0) return <EmptyState small title={t('cards.none')} />
  const waiting = expected > submitted && !opened
  return <EmptyState small title={t('cards.count', { submitted, expected })} text={waiting ? t('cards.hidden') : t('cards.restricted')} />
}

function Comparison({ cards: { items, summary }, startedAt }: { cards: Cards; startedAt: string | undefined }) {
  const { t } = useTranslation()
  const criteria = items[0]?.criteria ?? []
  const averageOf = (key: string) => summary?.criteria.find((one) => one.key === key)?.average
  return (
    <>
      <div className="hm-compare" role="region" aria-label={t('cards.comparison')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('cards.criterion')}</th>
              {items.map(({ author }) => (
                <th key={author.userId} scope="col">
                  <Person name={author.name} avatar={author.avatar} />
                </th>
              ))}
              <th scope="col">{t('cards.average')}</th>
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
            {criteria.map(({ key, title }) => (
              <tr key={key}>
                <th scope="row">{title}</th>
                {items.map((card) => (
                  <ScoreCell key={card.author.userId} card={card} criterion={key} startedAt={startedAt} />
                ))}
                <td className="hm-num">{averageOf(key)?.toFixed(1) ?? '–'}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{t('cards.overall')}</th>
              {items.map((card) => (
                <td key={card.author.userId} className="hm-num">
                  {averageScore(card)?.toFixed(1) ?? '–'}
                </td>
              ))}
              <td className="hm-num">
                <b>{summary && summary.average > 0 ? summary.average.toFixed(1) : '–'}</b>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      <CommentList items={items} />
    </>
  )
}

/** The mean of the scored criteria of one interviewer. */
function averageScore({ scores }: Scorecard): number | undefined {
  const scored = scores.filter(({ score }) => score > 0)
  return scored.length === 0 ? undefined : scored.reduce((sum, { score }) => sum + score, 0) / scored.length
}

function RecommendationCount({ recommendation, count }: { recommendation: Recommendation; count: number }) {
  return (
    <span className="hm-row">
      <RecommendTag recommendation={recommendation} /> <span className="hm-num">× {count}</span>
    </span>
  )
}

function ScoreCell({ card, criterion, startedAt }: { card: Scorecard; criterion: string; startedAt: string | undefined }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const found = card.scores.find(({ key }) => key === criterion)
  const score = found?.score as 0 | 1 | 2 | 3 | 4 | undefined
  return (
    <td>
      {score ? (
        <div className={`hm-score hm-score--${score}`}>
          <b className="hm-num">{score}</b> {t(`score.${score}`)}
        </div>
      ) : (
        <span className="hm-muted">{t('cards.notJudged')}</span>
      )}
      {found?.comment && <div className="hm-small hm-wrap">{found.comment}</div>}
      <MomentList interviewId={card.interviewId} moments={found?.moments ?? []} formatAt={(at) => formatMoment(at, startedAt, zone)} />
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
