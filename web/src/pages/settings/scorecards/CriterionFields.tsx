import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { FieldProblem, SelectField, TextField } from '@/ui/Field'
import { LocalizedField } from './LocalizedField'
import { MAX, OPTION_COUNT, kinds, textIn, withKind, type CriterionDraft, type Kind, type LanguageField } from './template'

interface Props {
  criterion: CriterionDraft
  field: LanguageField
  language: string
  index: number
  last: boolean
  problemOf: (path: string) => ProblemField | undefined
  onChange: (criterion: CriterionDraft) => void
  /** by -1 or 1 */
  onMove: (by: number) => void
  onRemove: () => void
  onDragStart: () => void
  onDragEnd: () => void
}

/** The fields of one criterion. Kind and scale of a stored one are fixed. */
export function CriterionFields({ criterion, field, language, index, last, problemOf, onChange, onMove, onRemove, onDragStart, onDragEnd }: Props) {
  const { t } = useTranslation('admin')
  const name = textIn(criterion.title, field) || t('templates.criterion', { number: index + 1 })
  const actionFor = (action: string) => t('templates.actionFor', { action, title: name })
  const set = (change: Partial<CriterionDraft>) => onChange({ ...criterion, ...change })
  const isStored = criterion.key !== undefined
  const { kind } = criterion
  return (
    <fieldset className="hm-stack">
      <legend className="hm-sr-only">{name}</legend>
      <div className="hm-criteria__head">
        <span className="hm-criteria__handle" draggable onDragStart={onDragStart} onDragEnd={onDragEnd} title={t('templates.drag')} aria-hidden="true">
          ⠿
        </span>
        <b className="hm-grow">{t('templates.criterion', { number: index + 1 })}</b>
        <Button size="small" variant="text" aria-label={actionFor(t('templates.up'))} disabled={index === 0} onClick={() => onMove(-1)}>
          ↑
        </Button>
        <Button size="small" variant="text" aria-label={actionFor(t('templates.down'))} disabled={last} onClick={() => onMove(1)}>
          ↓
        </Button>
        <Button size="small" variant="text" aria-label={actionFor(t('templates.remove'))} onClick={onRemove}>
          {t('templates.remove')}
        </Button>
      </div>
      <LocalizedField required label={t('templates.criterionTitle')} {...{ field, language }} limit={MAX.title} value={criterion.title} problem={problemOf('title')} onChange={(title) => set({ title })} />
      <LocalizedField label={t('templates.hint')} {...{ field, language }} limit={MAX.hint} value={criterion.hint} problem={problemOf('hint')} onChange={(hint) => set({ hint })} />
      <div className="hm-grid">
        <SelectField
          label={t('templates.kind')}
          {...(isStored && { hint: t('templates.kindFixed') })}
          disabled={isStored}
          value={kind}
          problem={problemOf('kind') ?? problemOf('key')}
          options={kinds.map((value) => ({ value, label: t(`templates.kinds.${value}`) }))}
          onChange={(value: Kind) => onChange(withKind(criterion, value))}
        />
        {kind === 'score' && <ScoreFields {...{ criterion, isStored, problemOf, set }} />}
      </div>
      <Checkbox checked={criterion.required} onChange={(required) => set({ required })}>
        {kind === 'checklist' ? t('templates.requiredChecklist') : t('templates.requiredCriterion')}
      </Checkbox>
      {kind === 'score' && <Anchors {...{ criterion, field, language, problemOf, set }} />}
      {(kind === 'choice' || kind === 'checklist') && <Options kind={kind} {...{ criterion, field, language, problemOf, set }} />}
    </fieldset>
  )
}

interface PartProps {
  criterion: CriterionDraft
  problemOf: (path: string) => ProblemField | undefined
  set: (change: Partial<CriterionDraft>) => void
}

interface TextsProps extends PartProps {
  field: LanguageField
  language: string
}

function ScoreFields({ criterion, isStored, problemOf, set }: PartProps & { isStored: boolean }) {
  const { t } = useTranslation('admin')
  return (
    <>
      <SelectField
        label={t('templates.scale')}
        disabled={isStored}
        value={String(criterion.scale)}
        problem={problemOf('scale')}
        options={['4', '5'].map((scale) => ({ value: scale, label: t('templates.scaleTo', { scale }) }))}
        onChange={(scale) => set({ scale: Number(scale), anchors: (criterion.anchors ?? []).slice(0, Number(scale)) })}
      />
      <TextField
        type="number"
        min={0}
        max={MAX.weight}
        label={t('templates.weight')}
        hint={t('templates.weightHint')}
        value={String(criterion.weight ?? 0)}
        problem={problemOf('weight')}
        onChange={(value) => set({ weight: Math.min(MAX.weight, Math.max(0, Math.trunc(Number(value) || 0))) })}
      />
    </>
  )
}

/** What each step of the scale means. */
function Anchors({ criterion, field, language, problemOf, set }: TextsProps) {
  const { t } = useTranslation('admin')
  const anchors = Array.from({ length: criterion.scale ?? 4 }, (_, n) => criterion.anchors?.[n] ?? {})
  const [openedAtFirst] = useState(anchors.some((anchor) => textIn(anchor, field) !== ''))
  return (
    <details open={openedAtFirst}>
      <summary>{t('templates.anchors')}</summary>
      <div className="hm-stack hm-criteria__anchors">
        {anchors.map((anchor, n) => (
          <LocalizedField
            key={n}
            label={t('templates.anchor', { score: n + 1 })}
            {...{ field, language }}
            limit={MAX.anchor}
            value={anchor}
            problem={problemOf(`anchors[${n}]`)}
            onChange={(text) => set({ anchors: anchors.map((old, at) => (at === n ? text : old)) })}
          />
        ))}
      </div>
    </details>
  )
}

function Options({ kind, criterion, field, language, problemOf, set }: TextsProps & { kind: 'choice' | 'checklist' }) {
  const { t } = useTranslation('admin')
  const { least, most } = OPTION_COUNT[kind]
  const options = criterion.options ?? []
  const problem = problemOf('options')
  return (
    <div className="hm-stack">
      {options.map((option, n) => (
        <div key={option.key ?? n} className="hm-criteria__option">
          <LocalizedField
            required
            label={t('templates.option', { number: n + 1 })}
            {...{ field, language }}
            limit={MAX.option}
            value={option.text}
            problem={problemOf(`options[${n}].text`)}
            onChange={(text) => set({ options: options.map((old, at) => (at === n ? { ...old, text } : old)) })}
          />
          {options.length > least && (
            <Button
              size="small"
              variant="text"
              aria-label={t('templates.actionFor', { action: t('templates.remove'), title: t('templates.option', { number: n + 1 }) })}
              onClick={() => set({ options: options.filter((_, at) => at !== n) })}
            >
              {t('templates.remove')}
            </Button>
          )}
        </div>
      ))}
      {problem && <FieldProblem problem={problem} />}
      {options.length < most && (
        <div>
          <Button size="small" onClick={() => set({ options: [...options, { text: {} }] })}>
            {t('templates.addOption')}
          </Button>
        </div>
      )}
    </div>
  )
}
