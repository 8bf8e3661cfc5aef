import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import type { ProblemField } from '@/api/types'
import { Button } from '@/ui/Button'
import { SelectField, TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { QuestionsPicker } from '../interview-form/DetailsSection'
import { DURATIONS, InterviewerPicker } from '../interview-form/TimeSection'
import type { Draft, DraftAction } from '../interview-form/draft'
import { MAX_FROM_POOL } from './rounds'

interface Props {
  draft: Draft
  fromPool: number
  number: number
  problem: (path: string) => ProblemField | undefined
  dispatch: (by: DraftAction) => void
  onFromPool: (count: number) => void
  onShift: { up?: () => void; down?: () => void }
  /** Absent if the loop would have too few rounds. */
  onRemove?: () => void
}

/** A round: title, duration, interviewers and questions. */
export function RoundCard({ draft, fromPool, number, problem, dispatch, onFromPool, onShift, onRemove }: Props) {
  const { t } = useTranslation(['translation', 'loop'])
  const name = t('interview.round', { round: number })
  const actions = (
    <>
      <Button size="small" variant="text" disabled={!onShift.up} aria-label={t('loop:earlier', { name })} onClick={onShift.up}>
        ↑
      </Button>
      <Button size="small" variant="text" disabled={!onShift.down} aria-label={t('loop:later', { name })} onClick={onShift.down}>
        ↓
      </Button>
      {onRemove && (
        <Button size="small" variant="text" aria-label={t('common.remove', { name })} onClick={onRemove}>
          {t('loop:remove')}
        </Button>
      )}
    </>
  )
  return (
    <Card title={name} actions={actions}>
      <div className="hm-stack">
        <div className="hm-loop__round">
          <TextField
            label={t('form.title')}
            required
            value={draft.title}
            limit={limits.InterviewInput.title}
            problem={problem('title')}
            onChange={(title) => dispatch({ set: { title, ownTitle: title !== '' } })}
          />
          <SelectField
            label={t('form.duration')}
            value={String(draft.durationMinutes)}
            options={DURATIONS.map((count) => ({ value: String(count), label: t('common.minutes', { count }) }))}
            problem={problem('durationMinutes')}
            onChange={(value) => dispatch({ set: { durationMinutes: Number(value) } })}
          />
          <SelectField
            label={t('loop:fromPool')}
            value={String(fromPool)}
            options={Array.from({ length: MAX_FROM_POOL + 1 }, (_, count) => ({ value: String(count), label: count === 0 ? t('loop:noneFromPool') : t('loop:countFromPool', { count }) }))}
            problem={problem('fromPool')}
            onChange={(value) => onFromPool(Number(value))}
          />
        </div>
        <InterviewerPicker required={fromPool === 0} draft={draft} dispatch={dispatch} problem={problem('interviewers')} />
        <QuestionsPicker draft={draft} dispatch={dispatch} />
      </div>
    </Card>
  )
}
