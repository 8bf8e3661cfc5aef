import { useTranslation } from 'react-i18next'
import type { Debrief, DebriefCriterion, DebriefRound } from '@/api/debrief'
import type { Criterion, Scorecard } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatMoment } from '@/notes/formatMoment'
import { MomentList } from '@/notes/MomentList'
import { CriterionWeight, ScoreEntry } from '@/pages/scorecard/ScoreEntry'
import { Person } from '@/ui/Person'
import { RecommendTag } from '@/ui/stateTags'
import { averageText } from '@/pages/scorecard/averageText'

/** A visible scorecard, with the place of its round. */
interface CardColumn {
  round: DebriefRound
  index: number
  card: Scorecard
}

function columnsOf(rounds: DebriefRound[]): CardColumn[] {
  return rounds.flatMap((round, index) => round.scorecards.items.map((card) => ({ round, index, card })))
}

const columnKey = ({ card }: CardColumn) => `${card.interviewId} ${card.author.userId}`

/** The scorecards of all rounds side by side, a row per criterion. */
export function ComparisonTable({ debrief: { rounds, criteria, average, scale } }: { debrief: Debrief }) {
  const { t } = useTranslation(['scorecards', 'translation'])
  const columns = columnsOf(rounds)
  return (
    <div className="hm-compare hm-debrief__table" role="region" aria-label={t('scorecards:comparison')} tabIndex={0}>
      <table>
        <Head rounds={rounds} columns={columns} />
        <tbody>
          <tr>
            <th scope="row">{t('translation:scorecard.recommendation')}</th>
            {columns.map((column) => (
              <td key={columnKey(column)}>{column.card.recommendation && <RecommendTag recommendation={column.card.recommendation} />}</td>
            ))}
            <td>–</td>
          </tr>
          {criteria.map((row) => (
            <CriterionRow key={row.keys.join(' ')} row={row} columns={columns} />
          ))}
          <tr>
            <th scope="row">{t('scorecards:overall')}</th>
            {columns.map((column) => (
              <td key={columnKey(column)} className="hm-num">
                {averageText(column.card.average, column.round.scorecards.summary?.scale)}
              </td>
            ))}
            <td className="hm-num">
              <b>{averageText(average, scale)}</b>
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function Head({ rounds, columns }: { rounds: DebriefRound[]; columns: CardColumn[] }) {
  const { t } = useTranslation('scorecards')
  return (
    <thead>
      <tr>
        <th scope="col" rowSpan={2}>
          {t('criterion')}
        </th>
        {rounds
          .filter(({ scorecards }) => scorecards.items.length > 0)
          .map(({ id, title, template, scorecards }) => (
            <th key={id} scope="colgroup" colSpan={scorecards.items.length}>
              {title}
              <div className="hm-small hm-muted">{t('debrief.templateVersion', { title: template.title, version: template.version })}</div>
            </th>
          ))}
        <th scope="col" rowSpan={2}>
          {t('debrief.averageAndRange')}
        </th>
      </tr>
      <tr>
        {columns.map((column) => (
          <th key={columnKey(column)} scope="col">
            <Person name={column.card.author.name} avatar={column.card.author.avatar} />
          </th>
        ))}
      </tr>
    </thead>
  )
}

function CriterionRow({ row, columns }: { row: DebriefCriterion; columns: CardColumn[] }) {
  const criteria = columns.map(({ card, index }) => card.criteria.find(({ key }) => key === row.keys[index]))
  const weights = new Set(criteria.flatMap((criterion) => (criterion ? [criterion.weight ?? 0] : [])))
  const [weight] = weights.size === 1 ? weights : []
  return (
    <tr>
      <th scope="row">
        {row.title}
        {weight !== undefined && <CriterionWeight kind={row.kind} weight={weight} />}
      </th>
      {columns.map((column, n) => (
        <EntryCell key={columnKey(column)} column={column} criterion={criteria[n]} showsWeight={weight === undefined} />
      ))}
      <td>
        <RowSummary row={row} />
      </td>
    </tr>
  )
}

interface EntryProps {
  column: CardColumn
  /** absent: not in the template of the round */
  criterion: Criterion | undefined
  /** the rounds have different weights */
  showsWeight: boolean
}

function EntryCell({ column: { card, round }, criterion, showsWeight }: EntryProps) {
  const { t } = useTranslation('scorecards')
  const zone = useTimeZone()
  if (!criterion) return <td className="hm-debrief__missing hm-small hm-muted">{t('debrief.notInTemplate')}</td>
  const score = card.scores.find(({ key }) => key === criterion.key)
  return (
    <td>
      <ScoreEntry criterion={criterion} score={score} />
      {showsWeight && <CriterionWeight kind={criterion.kind} weight={criterion.weight} />}
      {score?.comment && <div className="hm-small hm-wrap">{score.comment}</div>}
      <MomentList interviewId={card.interviewId} moments={score?.moments ?? []} formatAt={(at) => formatMoment(at, round.startedAt, zone)} />
    </td>
  )
}

/** The average of scores, and their range if they have one scale. */
function RowSummary({ row: { kind, count, average, scale, lowest = 0, highest = 0, isMixed } }: { row: DebriefCriterion }) {
  const { t } = useTranslation('scorecards')
  if (kind !== 'score' || count === 0) return '–'
  const isWide = highest - lowest >= 2
  return (
    <>
      <div className="hm-num">{averageText(average, scale)}</div>
      {isMixed && <div className="hm-small hm-muted">{t('debrief.mixed')}</div>}
      {!isMixed && highest > lowest && (
        <div className={isWide ? 'hm-debrief__wide hm-small hm-num' : 'hm-small hm-muted hm-num'}>{t(isWide ? 'debrief.wideRange' : 'debrief.range', { lowest, highest })}</div>
      )}
    </>
  )
}
