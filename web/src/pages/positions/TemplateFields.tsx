import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { templatesQuery } from '@/api/catalog'
import type { PositionInput, ProblemField } from '@/api/types'
import { SelectField } from '@/ui/Field'
import './template-fields.css'

/** Rounds that can have a template of their own, as in internal/position. */
const ROUNDS = [1, 2, 3, 4, 5, 6]

type Choice = Pick<PositionInput, 'scorecardTemplateId' | 'roundTemplates'>

interface Props {
  value: Choice
  problemAt: (path: string) => ProblemField | undefined
  onChange: (change: Choice) => void
}

/** The scorecard template of a position, and those of rounds that differ. */
export function TemplateFields({ value: { scorecardTemplateId, roundTemplates = [] }, problemAt, onChange }: Props) {
  const { t } = useTranslation()
  const items = useQuery(templatesQuery).data?.items ?? []
  const [openedAtFirst] = useState(roundTemplates.length > 0)
  const ofRound = (round: number) => roundTemplates.find((one) => one.round === round)?.scorecardTemplateId ?? ''
  // Archived templates remain where they are chosen.
  const optionsFor = (chosen: string) =>
    items
      .filter(({ id, archived }) => !archived || id === chosen)
      .map(({ id, title, archived }) => ({ value: id, label: archived ? t('positions.archivedTemplate', { title }) : title }))
  function setRound(round: number, id: string) {
    const others = roundTemplates.filter((one) => one.round !== round)
    const next = id ? [...others, { round, scorecardTemplateId: id }] : others
    onChange({ roundTemplates: next.sort((a, b) => a.round - b.round) })
  }
  const own = scorecardTemplateId ?? items.find(({ isDefault }) => isDefault)?.id ?? ''
  return (
    <>
      <SelectField
        label={t('positions.template')}
        hint={t('positions.templateHint')}
        value={own}
        options={optionsFor(own)}
        problem={problemAt('scorecardTemplateId')}
        onChange={(id) => onChange({ scorecardTemplateId: id })}
      />
      <details open={openedAtFirst}>
        <summary>{t('positions.roundTemplates')}</summary>
        <div className="hm-grid hm-position-templates">
          {ROUNDS.map((round) => (
            <SelectField
              key={round}
              label={t('positions.roundTemplate', { round })}
              value={ofRound(round)}
              options={[{ value: '', label: t('positions.sameTemplate') }, ...optionsFor(ofRound(round))]}
              problem={problemAt(`roundTemplates[${round}]`)}
              onChange={(id) => setRound(round, id)}
            />
          ))}
        </div>
      </details>
    </>
  )
}
