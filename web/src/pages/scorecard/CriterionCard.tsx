import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import type { Criterion, ProblemField, Score } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { AreaField, FieldProblem } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { CitedMoments, type CitationContext } from './CitedMoments'
import { RatingGroup } from './RatingGroup'
import { scoreLabel } from './scoreLabel'
import './scorecard.css'

export type ScoreChange = Partial<Omit<Score, 'key'>>

export const scorePath = (key: string) => `scores.${key}`
export const fieldId = (path: string) => `hm-field-${path}`

/** Whether the interviewer has entered something of the kind. */
export function isAnswered(kind: Criterion['kind'], score: ScoreChange | undefined): boolean {
  switch (kind) {
    case 'text':
      return Boolean(score?.text?.trim())
    case 'choice':
      return Boolean(score?.choice)
    case 'checklist':
      return (score?.checked ?? []).length > 0
    default:
      return (score?.score ?? 0) > 0
  }
}

interface Props {
  criterion: Criterion
  score: ScoreChange
  disabled: boolean
  problem: ProblemField | undefined
  onChange: (change: ScoreChange) => void
  citation: CitationContext
}

/** The fields of one criterion. */
export function CriterionCard({ criterion, score, disabled, problem, onChange, citation }: Props) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const { kind, title, required } = criterion
  return (
    <Card title={required ? title : t('scorecards:form.optionalCriterion', { title })}>
      <div className="hm-stack hm-criterion">
        {criterion.hint && <p className="hm-small hm-muted">{criterion.hint}</p>}
        <Entry {...{ criterion, score, disabled, problem, onChange }} />
        {kind !== 'text' && (
          <AreaField
            hideLabel
            label={t('scorecards:form.evidenceFor', { title })}
            rows={2}
            disabled={disabled}
            placeholder={t('scorecards:form.evidenceHint')}
            value={score.comment ?? ''}
            limit={limits.Score.comment}
            onChange={(comment) => onChange({ comment })}
          />
        )}
        <CitedMoments {...citation} title={title} moments={score.moments ?? []} disabled={disabled} onChange={(moments) => onChange({ moments })} />
      </div>
    </Card>
  )
}

/** What the kind of the criterion requires. */
function Entry({ criterion, score, disabled, problem, onChange }: Omit<Props, 'citation'>) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const { key, kind, title } = criterion
  const id = fieldId(scorePath(key))
  switch (kind) {
    case 'text':
      return (
        <div id={id}>
          <AreaField hideLabel required={criterion.required} label={title} rows={4} disabled={disabled} problem={problem} value={score.text ?? ''} limit={limits.Score.text} onChange={(text) => onChange({ text })} />
        </div>
      )
    case 'choice':
      return <ChoiceGroup id={id} {...{ criterion, disabled, problem }} value={score.choice ?? ''} onChange={(choice) => onChange({ choice })} />
    case 'checklist':
      return <Checklist id={id} {...{ criterion, disabled, problem }} value={score.checked ?? []} onChange={(checked) => onChange({ checked })} />
    default:
      return (
        <RatingGroup
          id={id}
          problem={problem}
          label={t('scorecards:form.scoreOf', { title })}
          value={score.score ? String(score.score) : ''}
          disabled={disabled}
          longLabels={(criterion.anchors ?? []).some((anchor) => anchor !== '')}
          options={Array.from({ length: criterion.scale ?? 4 }, (_, n) => ({ value: String(n + 1), label: scoreLabel(t, criterion, n + 1), mark: String(n + 1) }))}
          onChange={(value) => onChange({ score: Number(value) })}
        />
      )
  }
}

interface GroupProps<T> {
  id: string
  criterion: Criterion
  disabled: boolean
  problem: ProblemField | undefined
  value: T
  onChange: (value: T) => void
}

function ChoiceGroup({ id, criterion: { title, options = [] }, disabled, problem, value, onChange }: GroupProps<string>) {
  const name = useId()
  return (
    <div id={id} role="radiogroup" aria-label={title} aria-invalid={problem && true} aria-describedby={problem && `${name}-problem`} className="hm-choices">
      {options.map((option) => (
        <label key={option.key} className="hm-choices__radio">
          <input type="radio" name={name} checked={value === option.key} disabled={disabled} onChange={() => onChange(option.key)} />
          <span>{option.text}</span>
        </label>
      ))}
      {problem && <FieldProblem id={`${name}-problem`} problem={problem} />}
    </div>
  )
}

function Checklist({ id, criterion: { title, options = [] }, disabled, problem, value, onChange }: GroupProps<string[]>) {
  const problemId = useId()
  return (
    <div id={id} role="group" aria-label={title} className="hm-choices">
      {options.map(({ key, text }) => (
        <Checkbox
          key={key}
          checked={value.includes(key)}
          disabled={disabled}
          problemId={problem && problemId}
          onChange={(checked) => onChange(checked ? [...value, key] : value.filter((one) => one !== key))}
        >
          {text}
        </Checkbox>
      ))}
      {problem && <FieldProblem id={problemId} problem={problem} />}
    </div>
  )
}
