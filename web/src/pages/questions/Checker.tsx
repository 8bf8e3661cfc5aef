import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import type { ProblemField, TestSuite } from '@/api/types'
import { useSession } from '@/app/useSession'
import { AreaField, SelectField } from '@/ui/Field'

const pythonTemplate = (isCall: boolean) => `import json, sys

case = json.load(sys.stdin)  # ${isCall ? 'arguments' : 'input'}, expected, actual
if case["actual"] == case["expected"]:
    print("accepted")
else:
    print("rejected")
    print("...")
`

/** The checker of a suite that has none. */
export const newChecker = (mode: TestSuite['mode']) => ({ language: 'python', code: pythonTemplate(mode === 'function') })

interface Props {
  value: TestSuite
  problemAt: (path: string) => ProblemField | undefined
  onChange: (value: TestSuite) => void
}

/** The program that decides whether an actual value is right. */
export function CheckerFields({ value, problemAt, onChange }: Props) {
  const { t } = useTranslation('questions')
  const { languages } = useSession().features.sandbox
  const checker = value.checker ?? newChecker(value.mode)
  const set = (change: Partial<typeof checker>) => onChange({ ...value, checker: { ...checker, ...change } })
  const isKnown = languages.some(({ id }) => id === checker.language)
  const options = [...(isKnown ? [] : [{ id: checker.language, name: checker.language }]), ...languages].map(({ id, name }) => ({ value: id, label: name }))
  return (
    <fieldset className="hm-case">
      <legend className="hm-strong">{t('tests.checker.legend')}</legend>
      <p className="hm-muted hm-small">{t(value.mode === 'function' ? 'tests.checker.callHint' : 'tests.checker.inputHint')}</p>
      <SelectField label={t('language')} value={checker.language} options={options} problem={problemAt('tests.checker.language')} onChange={(language) => set({ language })} />
      <AreaField
        mono
        required
        rows={9}
        spellCheck={false}
        label={t('tests.checker.code')}
        value={checker.code}
        limit={limits.Checker.code}
        problem={problemAt('tests.checker.code')}
        onChange={(code) => set({ code })}
      />
    </fieldset>
  )
}
