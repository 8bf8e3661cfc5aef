import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CriterionCard, type ScoreChange } from '@/pages/scorecard/CriterionCard'
import { toCriterion, type CriterionDraft, type LanguageField } from './template'

/** The criteria as an interviewer sees them. What is entered is not stored. */
export function Preview({ criteria, field }: { criteria: CriterionDraft[]; field: LanguageField }) {
  const { t } = useTranslation('admin')
  const [open, setOpen] = useState(false)
  const [scores, setScores] = useState<Record<string, ScoreChange>>({})
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('templates.preview')}</summary>
      {open && (
        <section className="hm-stack hm-criteria__preview" aria-label={t('templates.preview')}>
          {criteria.map((criterion) => (
            <CriterionCard
              key={`${criterion.id} ${criterion.kind}`}
              criterion={toCriterion(criterion, field)}
              score={scores[criterion.id] ?? {}}
              disabled={false}
              problem={undefined}
              onChange={(change) => setScores((before) => ({ ...before, [criterion.id]: { ...before[criterion.id], ...change } }))}
              citation={{ interviewId: '', notes: [], formatAt: () => '' }}
            />
          ))}
        </section>
      )}
    </details>
  )
}
