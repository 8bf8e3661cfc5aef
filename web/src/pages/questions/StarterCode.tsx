import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField, Question } from '@/api/types'
import { useSession } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { AreaField, FieldProblem, SelectField } from '@/ui/Field'

type Code = Question['starterCode'][number]

// What can be chosen while the sandbox has not named its own.
const usual = [
  { id: 'python', name: 'Python' },
  { id: 'javascript', name: 'JavaScript' },
  { id: 'go', name: 'Go' },
  { id: 'java', name: 'Java' },
  { id: 'cpp', name: 'C++' },
]

/** What the editor holds when the question is opened, per language. */
export function StarterCode({ value, problem, onChange }: { value: Code[]; problem?: ProblemField; onChange: (value: Code[]) => void }) {
  const { t } = useTranslation()
  const { languages } = useSession().features.sandbox
  const known = languages.length > 0 ? languages : usual
  const nameOf = (id: string) => known.find((one) => one.id === id)?.name ?? id
  const free = known.filter(({ id }) => !value.some(({ language }) => language === id))
  const [next, setNext] = useState('')
  const chosen = free.find(({ id }) => id === next)?.id ?? free[0]?.id
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{t('questions.starter')}</legend>
      <div className="hm-stack">
        {value.map(({ language, code }) => (
          <div key={language} className="hm-starter">
            <AreaField
              mono
              rows={5}
              spellCheck={false}
              label={nameOf(language)}
              value={code}
              onChange={(text) => onChange(value.map((one) => (one.language === language ? { language, code: text } : one)))}
            />
            <Button size="small" variant="text" onClick={() => onChange(value.filter((one) => one.language !== language))}>
              {t('common.remove', { name: nameOf(language) })}
            </Button>
          </div>
        ))}
        {problem && <FieldProblem problem={problem} />}
        {chosen && (
          <div className="hm-starter__add">
            <SelectField
              bare
              label={t('questions.language')}
              value={chosen}
              options={free.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={setNext}
            />
            <Button onClick={() => onChange([...value, { language: chosen, code: '' }])}>{t('questions.addStarter')}</Button>
          </div>
        )}
      </div>
    </fieldset>
  )
}
