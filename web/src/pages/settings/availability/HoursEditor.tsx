import { useTranslation } from 'react-i18next'
import type { ProblemField, Shift } from '@/api/types'
import { formatWeekday } from '@/time/format'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { FieldProblem } from '@/ui/Field'
import { TimeField } from '@/ui/TimeField'
import { CloseIcon } from '@/ui/icons'
import { addShift, changeShift, MAX_SHIFTS, removeShift, shiftsOf, toTimeField, WEEKDAYS } from './hours'

interface Props {
  hours: Shift[]
  problem?: ProblemField
  onChange: (hours: Shift[]) => void
}

/** The name of a day of the week: the first of June 2026 is a Monday. */
function weekdayName(weekday: number): string {
  return formatWeekday(`2026-06-0${weekday}`)
}

/** Working hours by day of the week. */
export function HoursEditor({ hours, problem, onChange }: Props) {
  const { t } = useTranslation('admin')
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{t('availability.hours')}</legend>
      <div className="hm-hours">
        {WEEKDAYS.map((weekday) => (
          <DayRow key={weekday} weekday={weekday} hours={hours} onChange={onChange} />
        ))}
      </div>
      {problem && <FieldProblem problem={problem} />}
      <div className="hm-field__hint">{t('availability.hoursHint')}</div>
    </fieldset>
  )
}

function DayRow({ weekday, hours, onChange }: { weekday: number; hours: Shift[]; onChange: (hours: Shift[]) => void }) {
  const { t } = useTranslation('admin')
  const day = weekdayName(weekday)
  const shifts = shiftsOf(hours, weekday)
  const toggle = (works: boolean) => onChange(works ? addShift(hours, weekday) : hours.filter((shift) => shift.weekday !== weekday))
  return (
    <div className="hm-hours__day" role="group" aria-label={day}>
      <Checkbox checked={shifts.length > 0} onChange={toggle}>
        {day}
      </Checkbox>
      <div className="hm-hours__shifts">
        {shifts.length === 0 && <span className="hm-muted">{t('availability.dayOff')}</span>}
        {shifts.map(({ shift, index }, position) => (
          <div key={index} className="hm-hours__shift">
            <TimeField
              hideLabel
              label={t('availability.startOf', { day, number: position + 1 })}
              value={shift.start}
              onChange={(start) => onChange(changeShift(hours, index, { start }))}
            />
            <span aria-hidden="true">–</span>
            <TimeField
              hideLabel
              label={t('availability.endOf', { day, number: position + 1 })}
              value={toTimeField(shift.end)}
              onChange={(end) => onChange(changeShift(hours, index, { end }))}
            />
            {shifts.length > 1 && (
              <button type="button" className="hm-icon-button" aria-label={t('availability.removeShift', { day, number: position + 1 })} onClick={() => onChange(removeShift(hours, index))}>
                <CloseIcon />
              </button>
            )}
          </div>
        ))}
        {shifts.length > 0 && shifts.length < MAX_SHIFTS && (
          <Button size="small" variant="text" theme="primary" aria-label={t('availability.addShiftTo', { day })} onClick={() => onChange(addShift(hours, weekday))}>
            {t('availability.addShift')}
          </Button>
        )}
      </div>
    </div>
  )
}
