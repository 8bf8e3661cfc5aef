import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { companyAvailabilityQuery, useSetCompanyAvailability } from '@/api/availability'
import { limits } from '@/api/limits'
import type { CalendarDay, CompanyAvailability, CompanyAvailabilityInput } from '@/api/types'
import { formatDay } from '@/time/format'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { DateField } from '@/ui/DateField'
import { FieldProblem, SelectField, TextField } from '@/ui/Field'
import { CloseIcon } from '@/ui/icons'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { HoursEditor } from './HoursEditor'
import { LimitFields, NumberSelect } from './LimitFields'
import { CardForm } from '../CardForm'

const FIELD_PATHS = ['hours', 'days', 'bufferMinutes', 'dailyLimit', 'weeklyLimit']

const BUFFERS = [5, 10, 15, 30, 45, 60]

/** The company's working hours, public holidays, buffer and limits. */
export function CompanyCard() {
  const { t } = useTranslation('admin')
  const settings = useQuery(companyAvailabilityQuery)
  return (
    <Card title={t('availability.company')}>
      <QueryContent query={settings} lines={6}>
        {(loaded) => <CompanyForm settings={loaded} />}
      </QueryContent>
    </Card>
  )
}

function toInput({ hours, holidays, days, bufferMinutes, dailyLimit, weeklyLimit, version }: CompanyAvailability): CompanyAvailabilityInput {
  return { hours, holidays, days, bufferMinutes, dailyLimit, weeklyLimit, version }
}

function CompanyForm({ settings }: { settings: CompanyAvailability }) {
  const { t } = useTranslation('admin')
  const save = useSetCompanyAvailability()
  const form = useEditForm({
    initialInput: () => toInput(settings),
    save,
    required: [],
    version: settings.version,
    toInput,
    toPayload: (input) => ({ ...input, days: [...input.days].sort((a, b) => a.date.localeCompare(b.date)) }),
    onSaved: () => toast.success(t('availability.saved')),
    onClose: () => {},
  })
  const { input, set, problem } = form
  return (
    <CardForm {...form.props} fieldPaths={FIELD_PATHS}>
      <HoursEditor hours={input.hours} problem={problem('hours')} onChange={(hours) => set({ hours })} />
      <div className="hm-hours__numbers">
        <NumberSelect
          label={t('availability.buffer')}
          offered={BUFFERS}
          value={input.bufferMinutes}
          zero={t('availability.noBuffer')}
          format={(count) => t('availability.minutes', { count })}
          problem={problem('bufferMinutes')}
          onChange={(bufferMinutes = 0) => set({ bufferMinutes })}
        />
        <LimitFields
          daily={input.dailyLimit}
          weekly={input.weeklyLimit}
          problem={problem}
          onChange={({ dailyLimit = input.dailyLimit, weeklyLimit = input.weeklyLimit }) => set({ dailyLimit, weeklyLimit })}
        />
      </div>
      <div className="hm-field">
        <Checkbox checked={input.holidays === 'cn'} onChange={(listed) => set({ holidays: listed ? 'cn' : 'none' })}>
          {t('availability.chineseHolidays')}
        </Checkbox>
        <div className="hm-field__hint">{t('availability.holidaysHint')}</div>
        {input.holidays === 'cn' && settings.listedDays.length > 0 && <ListedDays days={settings.listedDays} />}
      </div>
      <OwnDays days={input.days} problem={problem('days')} onChange={(days) => set({ days })} />
    </CardForm>
  )
}

function ListedDays({ days }: { days: CalendarDay[] }) {
  const { t } = useTranslation('admin')
  return (
    <details className="hm-hours__listed">
      <summary>{t('availability.listedDays', { count: days.length })}</summary>
      <ul>
        {days.map(({ date, name }) => (
          <li key={date}>
            <span className="hm-num">{formatDay(date)}</span> {name}
          </li>
        ))}
      </ul>
    </details>
  )
}

interface OwnDaysProps {
  days: CalendarDay[]
  problem: ReturnType<ReturnType<typeof useEditForm<CompanyAvailabilityInput, CompanyAvailability>>['problem']>
  onChange: (days: CalendarDay[]) => void
}

/** The company's own days off and workdays, which replace those of the list. */
function OwnDays({ days, problem, onChange }: OwnDaysProps) {
  const { t } = useTranslation('admin')
  const change = (index: number, part: Partial<CalendarDay>) => onChange(days.map((day, position) => (position === index ? { ...day, ...part } : day)))
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{t('availability.ownDays')}</legend>
      <div className="hm-hours__days">
        {days.map((day, index) => (
          <div key={index} className="hm-hours__own-day" role="group" aria-label={t('availability.dayNumber', { number: index + 1 })}>
            <DateField hideLabel label={t('availability.date')} value={day.date} onChange={(date) => change(index, { date })} />
            <SelectField
              hideLabel
              label={t('availability.kind')}
              value={day.kind}
              options={(['off', 'workday'] as const).map((value) => ({ value, label: t(`availability.kinds.${value}`) }))}
              onChange={(kind) => change(index, { kind })}
            />
            <TextField hideLabel label={t('availability.dayName')} placeholder={t('availability.dayName')} limit={limits.CalendarDay.name} value={day.name} onChange={(name) => change(index, { name })} />
            <button type="button" className="hm-icon-button" aria-label={t('availability.removeDay', { number: index + 1 })} onClick={() => onChange(days.filter((_, position) => position !== index))}>
              <CloseIcon />
            </button>
          </div>
        ))}
        <div>
          <Button size="small" variant="outline" onClick={() => onChange([...days, { date: '', kind: 'off', name: '' }])}>
            {t('availability.addDay')}
          </Button>
        </div>
      </div>
      {problem && <FieldProblem problem={problem} />}
      <div className="hm-field__hint">{t('availability.ownDaysHint')}</div>
    </fieldset>
  )
}
