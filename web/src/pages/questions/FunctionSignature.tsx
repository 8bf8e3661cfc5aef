import { useTranslation } from 'react-i18next'
import { useGenerateStarterCode } from '@/api/catalog'
import { limits } from '@/api/limits'
import type { ProblemField, StarterCode, TestSuite } from '@/api/types'
import { useSession } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { FieldProblem, SelectField, TextField } from '@/ui/Field'

const MAX_PARAMETERS = 10
const elementTypes = ['int', 'long', 'float', 'bool', 'string'] as const
const types = ['', '[]', '[][]', '[][][]'].flatMap((lists) => elementTypes.map((element) => element + lists))

type Signature = NonNullable<TestSuite['signature']>
const emptySignature: Signature = { parameters: [{ name: 'nums', type: 'int[]' }], result: 'int' }

interface Props {
  value: TestSuite
  problemAt: (path: string) => ProblemField | undefined
  onChange: (value: TestSuite) => void
  onStarterCode: (list: StarterCode[]) => void
}

/** The types of the function of the test cases, and the starter code that follows from them. */
export function SignatureFields({ value, problemAt, onChange, onStarterCode }: Props) {
  const { t } = useTranslation('questions')
  const { signature } = value
  const set = (change: Partial<Signature>) => signature && onChange({ ...value, signature: { ...signature, ...change } })
  const problem = problemAt('tests.signature.parameters')
  return (
    <>
      <Checkbox checked={signature !== undefined} onChange={(isTyped) => onChange({ ...value, signature: isTyped ? emptySignature : undefined })}>
        {t('tests.signature.declare')}
      </Checkbox>
      <p className="hm-muted hm-small">{t(signature ? 'tests.signature.typesHint' : 'tests.signature.untypedHint')}</p>
      {signature && (
        <fieldset className="hm-case">
          <legend className="hm-strong">{t('tests.signature.legend')}</legend>
          <Parameters value={signature.parameters} problemAt={problemAt} onChange={(parameters) => set({ parameters })} />
          {problem && <FieldProblem problem={problem} />}
          <TypeField label={t('tests.signature.result')} value={signature.result} problem={problemAt('tests.signature.result')} onChange={(result) => set({ result })} />
          <GenerateButton name={value.function ?? ''} signature={signature} onStarterCode={onStarterCode} />
        </fieldset>
      )}
    </>
  )
}

type Parameter = Signature['parameters'][number]

function Parameters({ value, problemAt, onChange }: { value: Parameter[]; problemAt: Props['problemAt']; onChange: (value: Parameter[]) => void }) {
  const { t } = useTranslation('questions')
  const change = (index: number, changed: Partial<Parameter>) => onChange(value.map((one, at) => (at === index ? { ...one, ...changed } : one)))
  return (
    <>
      {value.map(({ name, type }, index) => (
        <div key={index} className="hm-parameter" role="group" aria-label={t('tests.signature.parameter', { number: index + 1 })}>
          <TextField
            label={t('tests.signature.name')}
            required
            spellCheck={false}
            value={name}
            limit={limits.Parameter.name}
            problem={problemAt(`tests.signature.parameters[${index}].name`)}
            onChange={(text) => change(index, { name: text })}
          />
          <TypeField label={t('tests.signature.type')} value={type} problem={problemAt(`tests.signature.parameters[${index}].type`)} onChange={(next) => change(index, { type: next })} />
          <Button size="small" variant="text" theme="danger" aria-label={t('tests.signature.removeParameter', { number: index + 1 })} onClick={() => onChange(value.filter((_, at) => at !== index))}>
            {t('tests.remove')}
          </Button>
        </div>
      ))}
      <div>
        <Button size="small" disabled={value.length >= MAX_PARAMETERS} onClick={() => onChange([...value, { name: '', type: 'int' }])}>
          {t('tests.signature.addParameter')}
        </Button>
      </div>
    </>
  )
}

function TypeField({ label, value, problem, onChange }: { label: string; value: string; problem?: ProblemField; onChange: (value: string) => void }) {
  return <SelectField label={label} value={value} options={types.map((one) => ({ value: one, label: one }))} problem={problem} onChange={onChange} />
}

function GenerateButton({ name, signature, onStarterCode }: { name: string; signature: Signature; onStarterCode: Props['onStarterCode'] }) {
  const { t } = useTranslation('questions')
  const { languages } = useSession().features.sandbox
  const generate = useGenerateStarterCode()
  const isOffered = ({ language }: StarterCode) => languages.length === 0 || languages.some(({ id }) => id === language)
  function handleGenerate() {
    generate.mutate({ function: name, signature }, { onSuccess: ({ starterCode }) => onStarterCode(starterCode.filter(isOffered)) })
  }
  return (
    <div>
      <Button disabled={name.trim() === ''} loading={generate.isPending} onClick={handleGenerate}>
        {t('tests.signature.generate')}
      </Button>
      <p className="hm-muted hm-small" role="status">
        {generate.isError ? t('tests.signature.notGenerated') : generate.isSuccess ? t('tests.signature.generated') : t('tests.signature.generateHint')}
      </p>
    </div>
  )
}
