import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaveScorecardTemplate } from '@/api/scorecardTemplates'
import type { ProblemField, ScorecardTemplate } from '@/api/types'
import { currentLanguage, languageFields, languages } from '@/i18n/language'
import { Button } from '@/ui/Button'
import { EditorModal } from '@/ui/EditorModal'
import { FieldProblem } from '@/ui/Field'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CriterionFields } from './CriterionFields'
import { LocalizedField } from './LocalizedField'
import { Preview } from './Preview'
import { MAX, move, newCriterion, toDraft, type CriterionDraft, type LanguageField } from './template'

/** Edits a template, one language at a time. Saving stores the next version. */
export function TemplateEditor({ stored, onClose }: { stored?: ScorecardTemplate; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const [language, setLanguage] = useState(currentLanguage())
  const { input, set, problemAt, props } = useEditForm({
    initialInput: () => toDraft(stored),
    save: useSaveScorecardTemplate(stored?.id),
    required: [],
    version: stored?.version,
    toInput: toDraft,
    onSaved: () => toast.success(t('templates.saved')),
    onClose,
  })
  const field = languageFields[language]
  const problemOf = (path: string): ProblemField | undefined => [path, `${path}.${field}`, `${path}.zh`, `${path}.en`, `${path}.ja`].map(problemAt).find(Boolean)
  return (
    <EditorModal title={stored ? t('templates.editTitle') : t('templates.new')} fieldPaths={['title', 'criteria']} {...props}>
      <div>
        <SegmentedControl label={t('mail.language')} value={language} options={languages.map(({ id, name }) => ({ value: id, label: name }))} onChange={setLanguage} />
        <p className="hm-field__hint">{t('templates.languageHint')}</p>
      </div>
      <LocalizedField required label={t('templates.name')} field={field} language={language} limit={MAX.title} value={input.title} problem={problemOf('title')} onChange={(title) => set({ title })} />
      <CriterionList criteria={input.criteria} {...{ field, language, problemOf }} onChange={(criteria) => set({ criteria })} />
      <Preview criteria={input.criteria} field={field} />
    </EditorModal>
  )
}

interface ListProps {
  criteria: CriterionDraft[]
  field: LanguageField
  language: string
  problemOf: (path: string) => ProblemField | undefined
  onChange: (criteria: CriterionDraft[]) => void
}

/** The criteria in their order, which buttons and dragging change. */
function CriterionList({ criteria, field, language, problemOf, onChange }: ListProps) {
  const { t } = useTranslation('admin')
  const [dragged, setDragged] = useState<string>()
  const [movedTo, setMovedTo] = useState<number>()
  const problem = problemOf('criteria')
  function handleMove(from: number, to: number) {
    if (from < 0 || from === to || to < 0 || to >= criteria.length) return
    onChange(move(criteria, from, to))
    setMovedTo(to + 1)
  }
  return (
    <section className="hm-stack" aria-label={t('templates.criteria')}>
      <div role="status" className="hm-sr-only">
        {movedTo !== undefined && t('templates.movedTo', { number: movedTo })}
      </div>
      <ol className="hm-criteria">
        {criteria.map((criterion, index) => (
          <li
            key={criterion.id}
            className={criterion.id === dragged ? 'hm-criteria__item hm-criteria__item--dragged' : 'hm-criteria__item'}
            onDragOver={(event) => {
              if (dragged === undefined) return
              event.preventDefault()
              handleMove(criteria.findIndex(({ id }) => id === dragged), index)
            }}
            onDrop={(event) => event.preventDefault()}
          >
            <CriterionFields
              {...{ criterion, field, language, index }}
              last={index === criteria.length - 1}
              problemOf={(path) => problemOf(`criteria[${index}].${path}`)}
              onChange={(next) => onChange(criteria.map((one, at) => (at === index ? next : one)))}
              onMove={(by) => handleMove(index, index + by)}
              onRemove={() => onChange(criteria.filter((_, at) => at !== index))}
              onDragStart={() => setDragged(criterion.id)}
              onDragEnd={() => setDragged(undefined)}
            />
          </li>
        ))}
      </ol>
      {problem && <FieldProblem problem={problem} />}
      {criteria.length < MAX.criteria && (
        <div>
          <Button onClick={() => onChange([...criteria, newCriterion()])}>{t('templates.addCriterion')}</Button>
        </div>
      )}
    </section>
  )
}
