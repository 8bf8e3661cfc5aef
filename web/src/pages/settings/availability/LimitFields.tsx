import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
import { SelectField } from '@/ui/Field'

interface Props {
  label: string
  /** Offered numbers above 0; the present one is added to them. */
  offered: number[]
  value: number | undefined
  /** Label of an absent value; without it there is none. */
  absent?: string
  zero: string
  format: (count: number) => string
  problem?: ProblemField
  onChange: (value: number | undefined) => void
}

/** A number out of a few: minutes between interviews, or a limit. */
export function NumberSelect({ label, offered, value, absent, zero, format, problem, onChange }: Props) {
  const numbers = [...new Set([0, ...offered, value ?? 0])].sort((a, b) => a - b)
  const options = numbers.map((number) => ({ value: String(number), label: number === 0 ? zero : format(number) }))
  return (
    <SelectField
      label={label}
      value={value === undefined ? '' : String(value)}
      options={absent === undefined ? options : [{ value: '', label: absent }, ...options]}
      problem={problem}
      onChange={(text) => onChange(text === '' ? undefined : Number(text))}
    />
  )
}

interface LimitProps {
  daily: number | undefined
  weekly: number | undefined
  /** Label of an absent limit; without it both limits are numbers. */
  absent?: string
  problem: (name: 'dailyLimit' | 'weeklyLimit') => ProblemField | undefined
  onChange: (change: { dailyLimit?: number; weeklyLimit?: number }) => void
}

const DAILY = [1, 2, 3, 4, 5, 6, 8]
const WEEKLY = [2, 3, 4, 5, 6, 8, 10, 15, 20]

/** The limits of interviews per day and per week. */
export function LimitFields({ daily, weekly, absent, problem, onChange }: LimitProps) {
  const { t } = useTranslation('admin')
  const common = { absent, zero: t('availability.noLimit'), format: (count: number) => t('availability.interviews', { count }) }
  return (
    <>
      <NumberSelect {...common} label={t('availability.dailyLimit')} offered={DAILY} value={daily} problem={problem('dailyLimit')} onChange={(dailyLimit) => onChange({ dailyLimit })} />
      <NumberSelect {...common} label={t('availability.weeklyLimit')} offered={WEEKLY} value={weekly} problem={problem('weeklyLimit')} onChange={(weeklyLimit) => onChange({ weeklyLimit })} />
    </>
  )
}
