import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import type { ProblemField, StarterCode, TestCase, TestSuite } from '@/api/types'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { AreaField, FieldProblem, SelectField, TextField } from '@/ui/Field'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { CheckerFields, newChecker } from './Checker'
import { SignatureFields } from './FunctionSignature'

const MAX_CASES = 50
const MAX_VALUE_BYTES = 64 << 10
const valueLimit = { max: MAX_VALUE_BYTES, unit: 'bytes' as const }
const cpuRange = { min: 1000, max: 20_000, fallback: 5000 }
const memoryRange = { min: 64, max: 1024 }

type Comparison = NonNullable<TestSuite['comparison']>
const comparisons = { stdin: ['trimmed', 'exact', 'numeric', 'any_order', 'checker'], function: ['exact', 'numeric', 'any_order', 'checker'] } as const

let lastKey = 0
const newKey = () => ++lastKey

/** The list with other items in place of some; toSpliced is missing in browsers that are supported. */
function replaceAt<T>(list: T[], index: number, count: number, ...items: T[]): T[] {
  return [...list.slice(0, index), ...items, ...list.slice(index + count)]
}

interface Props {
  value: TestSuite
  problemAt: (path: string) => ProblemField | undefined
  onChange: (value: TestSuite) => void
  /** Receives generated starter code. */
  onStarterCode: (list: StarterCode[]) => void
}

/** The test cases of a question. */
export function TestCasesFields({ value, problemAt, onChange, onStarterCode }: Props) {
  const { t } = useTranslation('questions')
  const { cases } = value
  // Keys of the cases, so that the fields keep their focus when cases move.
  const [keys, setKeys] = useState(() => cases.map(newKey))
  const isFull = cases.length >= MAX_CASES
  function changeCases(next: TestCase[], nextKeys: number[]) {
    setKeys(nextKeys)
    onChange({ ...value, cases: next })
  }
  const insert = (index: number, added: TestCase) => changeCases(replaceAt(cases, index, 0, added), replaceAt(keys, index, 0, newKey()))
  const remove = (index: number) => changeCases(replaceAt(cases, index, 1), replaceAt(keys, index, 1))
  const swap = (index: number) => {
    const exchange = <T,>(list: T[]) => replaceAt(list, index, 2, ...list.slice(index, index + 2).reverse())
    changeCases(exchange(cases), exchange(keys))
  }
  const problem = problemAt('tests.cases')
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{t('tests.legend')}</legend>
      <div className="hm-stack">
        {cases.length > 0 && <SuiteFields value={value} problemAt={problemAt} onChange={onChange} onStarterCode={onStarterCode} />}
        {cases.map((one, index) => (
          <CaseFields
            key={keys[index] ?? index}
            index={index}
            count={cases.length}
            isCall={value.mode === 'function'}
            value={one}
            problemAt={problemAt}
            onChange={(changed) => onChange({ ...value, cases: replaceAt(cases, index, 1, changed) })}
            onDuplicate={isFull ? undefined : () => insert(index + 1, one)}
            onRemove={() => remove(index)}
            onSwap={swap}
          />
        ))}
        {problem && <FieldProblem problem={problem} />}
        {isFull && <p className="hm-muted hm-small">{t('tests.full', { max: MAX_CASES })}</p>}
        <div>
          <Button disabled={isFull} onClick={() => insert(cases.length, { input: '', expected: '' })}>
            {t('tests.add')}
          </Button>
        </div>
      </div>
    </fieldset>
  )
}

function SuiteFields({ value, problemAt, onChange, onStarterCode }: Props) {
  const { t } = useTranslation('questions')
  const mode = value.mode ?? 'stdin'
  const comparison = value.comparison ?? comparisons[mode][0]
  function changeMode(next: 'stdin' | 'function') {
    const isKnown = (comparisons[next] as readonly Comparison[]).includes(comparison)
    onChange({ ...value, mode: next, comparison: isKnown ? comparison : comparisons[next][0] })
  }
  return (
    <>
      <SegmentedControl
        wide
        label={t('tests.mode')}
        value={mode}
        options={(['stdin', 'function'] as const).map((one) => ({ value: one, label: t(`tests.modes.${one}`) }))}
        onChange={changeMode}
      />
      {mode === 'function' && (
        <>
          <TextField
            label={t('tests.function')}
            hint={t('tests.functionHint')}
            required
            spellCheck={false}
            value={value.function ?? ''}
            limit={limits.TestSuite.function}
            problem={problemAt('tests.function')}
            onChange={(name) => onChange({ ...value, function: name })}
          />
          <SignatureFields value={value} problemAt={problemAt} onChange={onChange} onStarterCode={onStarterCode} />
        </>
      )}
      <div className="hm-grid">
        <SelectField
          label={t('tests.comparison')}
          value={comparison}
          options={comparisons[mode].map((one) => ({ value: one, label: t(`tests.comparisons.${one}`) }))}
          problem={problemAt('tests.comparison')}
          onChange={(next: Comparison) =>
            onChange({
              ...value,
              comparison: next,
              tolerance: next === 'numeric' ? (value.tolerance ?? 1e-6) : undefined,
              checker: next === 'checker' ? (value.checker ?? newChecker(mode)) : undefined,
            })
          }
        />
        {comparison === 'numeric' && (
          <TextField
            label={t('tests.tolerance')}
            hint={t('tests.toleranceHint')}
            type="number"
            min={0}
            max={1}
            step="any"
            value={value.tolerance ?? 0}
            problem={problemAt('tests.tolerance')}
            onChange={(text) => onChange({ ...value, tolerance: Number(text) })}
          />
        )}
      </div>
      {comparison === 'checker' && <CheckerFields value={value} problemAt={problemAt} onChange={onChange} />}
      <p className="hm-muted hm-small">{t('tests.hiddenHint')}</p>
    </>
  )
}

interface CaseProps {
  index: number
  count: number
  isCall: boolean
  value: TestCase
  problemAt: Props['problemAt']
  onChange: (value: TestCase) => void
  /** absent when no further case is possible */
  onDuplicate?: () => void
  onRemove: () => void
  /** Exchanges the case with the index and the next one. */
  onSwap: (index: number) => void
}

function CaseFields({ index, count, isCall, value, problemAt, onChange, onDuplicate, onRemove, onSwap }: CaseProps) {
  const { t } = useTranslation('questions')
  const set = (change: Partial<TestCase>) => onChange({ ...value, ...change })
  const problem = (name: string) => problemAt(`tests.cases[${index}].${name}`)
  return (
    <fieldset className="hm-case">
      <legend className="hm-strong">{t('tests.heading', { number: index + 1 })}</legend>
      <CaseActions {...{ index, count, onDuplicate, onRemove, onSwap }} />
      <TextField label={t('tests.name')} value={value.name ?? ''} limit={limits.TestCase.name} problem={problem('name')} onChange={(name) => set({ name })} />
      <Checkbox checked={value.hidden ?? false} onChange={(hidden) => set({ hidden })}>
        {t('tests.hidden')}
      </Checkbox>
      <AreaField
        mono
        spellCheck={false}
        label={t(isCall ? 'tests.arguments' : 'tests.input')}
        placeholder={isCall ? '[[2, 7, 11, 15], 9]' : undefined}
        value={value.input}
        limit={valueLimit}
        problem={problem('input')}
        onChange={(input) => set({ input })}
      />
      <AreaField
        mono
        spellCheck={false}
        label={t(isCall ? 'tests.result' : 'tests.expected')}
        placeholder={isCall ? '[0, 1]' : undefined}
        value={value.expected}
        limit={valueLimit}
        problem={problem('expected')}
        onChange={(expected) => set({ expected })}
      />
      <details open={problem('cpuMs') !== undefined || problem('memoryMb') !== undefined || undefined}>
        <summary className="hm-case__limits">{t('tests.limits')}</summary>
        <div className="hm-grid">
          <LimitField label={t('tests.cpu')} hint={t('tests.cpuHint', cpuRange)} value={value.cpuMs} problem={problem('cpuMs')} onChange={(cpuMs) => set({ cpuMs })} />
          <LimitField label={t('tests.memory')} hint={t('tests.memoryHint', memoryRange)} value={value.memoryMb} problem={problem('memoryMb')} onChange={(memoryMb) => set({ memoryMb })} />
        </div>
      </details>
    </fieldset>
  )
}

function CaseActions({ index, count, onDuplicate, onRemove, onSwap }: Pick<CaseProps, 'index' | 'count' | 'onDuplicate' | 'onRemove' | 'onSwap'>) {
  const { t } = useTranslation('questions')
  return (
    <div className="hm-case__actions">
      <Button size="small" variant="text" disabled={index === 0} onClick={() => onSwap(index - 1)}>
        {t('tests.up')}
      </Button>
      <Button size="small" variant="text" disabled={index === count - 1} onClick={() => onSwap(index)}>
        {t('tests.down')}
      </Button>
      <Button size="small" variant="text" disabled={!onDuplicate} onClick={onDuplicate}>
        {t('tests.duplicate')}
      </Button>
      <Button size="small" variant="text" theme="danger" onClick={onRemove}>
        {t('tests.remove')}
      </Button>
    </div>
  )
}

/** A whole number; empty for the default. */
function LimitField({ label, hint, value, problem, onChange }: { label: string; hint: string; value?: number; problem?: ProblemField; onChange: (value?: number) => void }) {
  return (
    <TextField
      label={label}
      hint={hint}
      type="number"
      inputMode="numeric"
      min={0}
      step={1}
      value={value || ''}
      problem={problem}
      onChange={(text) => onChange(text === '' ? undefined : Math.trunc(Number(text)))}
    />
  )
}

function describeFunction({ function: name, signature }: TestSuite): string | undefined {
  if (!name || !signature) return name
  return `${name}(${signature.parameters.map((one) => `${one.name}: ${one.type}`).join(', ')}): ${signature.result}`
}

/** The test cases of a question for reading. */
export function TestCasesView({ value }: { value: TestSuite }) {
  const { t } = useTranslation('questions')
  const { cases, mode = 'stdin', comparison = 'trimmed' } = value
  if (cases.length === 0) return null
  const isCall = mode === 'function'
  return (
    <section>
      <h3>{t('tests.legend')}</h3>
      <p className="hm-muted">
        {[t(`tests.modes.${mode}`), describeFunction(value), t(`tests.comparisons.${comparison}`)].filter(Boolean).join(' · ')}
      </p>
      {value.checker && (
        <details className="hm-case">
          <summary>
            {t('tests.checker.legend')} ({value.checker.language})
          </summary>
          <pre className="hm-code">{value.checker.code}</pre>
        </details>
      )}
      {cases.map((one, index) => (
        <details key={index} className="hm-case">
          <summary>
            {t('tests.heading', { number: index + 1 })} {one.name} {one.hidden && <span className="hm-muted">{t('tests.isHidden')}</span>}
          </summary>
          <h4>{t(isCall ? 'tests.arguments' : 'tests.input')}</h4>
          <pre className="hm-code">{one.input}</pre>
          <h4>{t(isCall ? 'tests.result' : 'tests.expected')}</h4>
          <pre className="hm-code">{one.expected}</pre>
        </details>
      ))}
    </section>
  )
}
