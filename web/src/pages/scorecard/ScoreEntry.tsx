import { useTranslation } from 'react-i18next'
import type { Criterion, Score } from '@/api/types'
import { scoreLabel } from './scoreLabel'
import './score-entry.css'

/** What an interviewer has entered for a criterion. */
export function ScoreEntry({ criterion, score }: { criterion: Criterion; score: Score | undefined }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const { kind, scale = 4, options = [] } = criterion
  if (kind === 'score' && score?.score) {
    // The colours are those of four steps.
    const tone = Math.round(1 + ((score.score - 1) * 3) / (scale - 1))
    return (
      <div className={`hm-score hm-score--${tone}`}>
        <span className="hm-num">
          <b>{score.score}</b> / {scale}
        </span>{' '}
        {scoreLabel(t, criterion, score.score)}
      </div>
    )
  }
  if (kind === 'text' && score?.text) return <div className="hm-wrap">{score.text}</div>
  if (kind === 'choice' && score?.choice) return <div className="hm-wrap">{options.find(({ key }) => key === score.choice)?.text}</div>
  if (kind === 'checklist' && score?.checked?.length) return <CheckedItems options={options} checked={score.checked} />
  return <span className="hm-muted">{t(kind === 'score' ? 'scorecards:notJudged' : 'scorecards:notFilledIn')}</span>
}

/** All items of a checklist, with those that are checked. */
function CheckedItems({ options, checked }: { options: NonNullable<Criterion['options']>; checked: string[] }) {
  const { t } = useTranslation('scorecards')
  return (
    <ul className="hm-checked">
      {options.map(({ key, text }) => (
        <li key={key} className={checked.includes(key) ? undefined : 'hm-muted'}>
          <span role="img" aria-label={t(checked.includes(key) ? 'checked' : 'notChecked')}>
            {checked.includes(key) ? '✓' : '–'}
          </span>
          <span className="hm-wrap">{text}</span>
        </li>
      ))}
    </ul>
  )
}

/** The weight of a score that does not count once. */
export function CriterionWeight({ kind, weight = 0 }: Pick<Criterion, 'kind' | 'weight'>) {
  const { t } = useTranslation('scorecards')
  if (kind !== 'score' || weight === 1) return null
  return <div className="hm-small hm-muted">{weight === 0 ? t('notCounted') : t('weight', { weight })}</div>
}
