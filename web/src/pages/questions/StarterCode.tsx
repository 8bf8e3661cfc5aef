import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProblemField, Question } from '@/api/types'
import { limits } from '@/api/limits'
import { useSession } from '@/app/useSession'
import { defaultPath } from '@/room/fileNames'
import { PAGE_LANGUAGE, pageFiles } from '@/room/starter'
import { Button } from '@/ui/Button'
import { AreaField, FieldProblem, SelectField } from '@/ui/Field'

type StarterCodeEntry = Question['starterCode'][number]

// Used until the sandbox has reported its languages.
const DEFAULT_LANGUAGES = [
  { id: 'python', name: 'Python' },
  { id: 'javascript', name: 'JavaScript' },
  { id: 'go', name: 'Go' },
  { id: 'java', name: 'Java' },
  { id: 'cpp', name: 'C++' },
]

// The files of a page.
const PAGE_LANGUAGES = [
  { id: PAGE_LANGUAGE, name: 'HTML' },
  { id: 'css', name: 'CSS' },
]

interface Props {
  legend: string
  value: StarterCodeEntry[]
  problem?: ProblemField
  onChange: (value: StarterCodeEntry[]) => void
}

/** Code per language: starter code, or reference solutions. */
export function StarterCodeFields({ legend, value, problem, onChange }: Props) {
  const { t } = useTranslation(['questions', 'translation'])
  const { languages } = useSession().features.sandbox
  const languageOptions = [...(languages.length > 0 ? languages : DEFAULT_LANGUAGES), ...PAGE_LANGUAGES]
  const isPage = value.some(({ language }) => language === PAGE_LANGUAGE)
  const languageName = (id: string) => {
    const name = languageOptions.find((one) => one.id === id)?.name ?? id
    const file = id === PAGE_LANGUAGE ? defaultPath(id) : pageFiles[id]
    return isPage && file ? t('fileOfPage', { language: name, file }) : name
  }
  const unused = languageOptions.filter(({ id }) => !value.some(({ language }) => language === id))
  const [next, setNext] = useState('')
  const chosen = unused.find(({ id }) => id === next)?.id ?? unused[0]?.id
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{legend}</legend>
      <div className="hm-stack">
        {value.map(({ language, code }) => (
          <div key={language} className="hm-starter">
            <AreaField
              mono
              rows={5}
              spellCheck={false}
              label={languageName(language)}
              value={code}
              limit={limits.StarterCode.code}
              onChange={(text) => onChange(value.map((one) => (one.language === language ? { language, code: text } : one)))}
            />
            <Button size="small" variant="text" onClick={() => onChange(value.filter((one) => one.language !== language))}>
              {t('translation:common.remove', { name: languageName(language) })}
            </Button>
          </div>
        ))}
        {isPage && <p className="hm-muted hm-small">{t('pageHint')}</p>}
        {problem && <FieldProblem problem={problem} />}
        {chosen && (
          <div className="hm-starter__add">
            <SelectField
              hideLabel
              label={t('language')}
              value={chosen}
              options={unused.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={setNext}
            />
            <Button onClick={() => onChange([...value, { language: chosen, code: '' }])}>{t('addStarter')}</Button>
          </div>
        )}
      </div>
    </fieldset>
  )
}
