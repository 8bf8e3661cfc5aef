import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { companyAvailabilityQuery, memberAvailabilityQuery, useSetMemberAvailability } from '@/api/availability'
import type { MemberAvailability, MemberAvailabilityInput, ProblemField } from '@/api/types'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { EditorModal } from '@/ui/EditorModal'
import { DateField } from '@/ui/DateField'
import { FieldProblem, TextField } from '@/ui/Field'
import { CloseIcon } from '@/ui/icons'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { HoursEditor } from './HoursEditor'
import { LimitFields } from './LimitFields'
import { CardForm } from '../CardForm'

const FIELD_PATHS = ['timeZone', 'hours', 'dailyLimit', 'weeklyLimit', 'away']

function toInput({ timeZone, ownHours, hours, dailyLimit, weeklyLimit, away, version }: MemberAvailability): MemberAvailabilityInput {
  return { timeZone, ownHours, hours, dailyLimit, weeklyLimit, away, version }
}

/** The working hours, limits and days away of the signed-in member. */
export function OwnCard({ userId }: { userId: string }) {
  const { t } = useTranslation('admin')
  const settings = useQuery(memberAvailabilityQuery(userId))
  return (
    <Card title={t('availability.own')}>
      <QueryContent query={settings} lines={4}>
        {(loaded) => <OwnForm settings={loaded} />}
      </QueryContent>
    </Card>
  )
}

function OwnForm({ settings }: { settings: MemberAvailability }) {
  const form = useMemberForm(settings, () => {})
  return (
    <CardForm {...form.props} fieldPaths={FIELD_PATHS}>
      <MemberFields form={form} />
    </CardForm>
  )
}

interface EditorProps {
  member: { userId: string; name: string }
  onClose: () => void
}

/** The working hours of another member, for recruiters and administrators. */
export function MemberEditor({ member, onClose }: EditorProps) {
  const settings = useQuery({ ...memberAvailabilityQuery(member.userId), staleTime: 0 })
  if (!settings.data || settings.isFetching) return <QueryContent query={settings}>{() => null}</QueryContent>
  return <MemberModal name={member.name} settings={settings.data} onClose={onClose} />
}

function MemberModal({ name, settings, onClose }: { name: string; settings: MemberAvailability; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const form = useMemberForm(settings, onClose)
  return (
    <EditorModal {...form.props} title={t('availability.hoursOf', { name })} fieldPaths={FIELD_PATHS}>
      <MemberFields form={form} />
    </EditorModal>
  )
}

function useMemberForm(settings: MemberAvailability, onClose: () => void) {
  const { t } = useTranslation('admin')
  const save = useSetMemberAvailability(settings.userId)
  return useEditForm<MemberAvailabilityInput, MemberAvailability>({
    initialInput: () => toInput(settings),
    save,
    required: [],
    version: settings.version,
    toInput,
    onSaved: () => toast.success(t('availability.saved')),
    onClose,
  })
}

function MemberFields({ form: { input, set, problem } }: { form: ReturnType<typeof useMemberForm> }): ReactNode {
  const { t } = useTranslation('admin')
  const company = useQuery(companyAvailabilityQuery)
  const setOwnHours = (ownHours: boolean) => set({ ownHours, hours: ownHours && input.hours.length === 0 ? (company.data?.hours ?? []) : input.hours })
  return (
    <>
      <div className="hm-field">
        <Checkbox checked={input.ownHours} onChange={setOwnHours}>
          {t('availability.ownHours')}
        </Checkbox>
        <div className="hm-field__hint">{t('availability.ownHoursHint')}</div>
      </div>
      {input.ownHours && <HoursEditor hours={input.hours} problem={problem('hours')} onChange={(hours) => set({ hours })} />}
      <div className="hm-hours__numbers">
        <TextField
          label={t('availability.timeZone')}
          placeholder={t('availability.companyZone')}
          hint={t('availability.timeZoneHint')}
          value={input.timeZone}
          problem={problem('timeZone')}
          onChange={(timeZone) => set({ timeZone: timeZone.trim() })}
        />
        <LimitFields daily={input.dailyLimit} weekly={input.weeklyLimit} absent={t('availability.companyLimit')} problem={problem} onChange={set} />
      </div>
      <DaysAway away={input.away} problem={problem('away')} onChange={(away) => set({ away })} />
    </>
  )
}

type Away = MemberAvailabilityInput['away']

function DaysAway({ away, problem, onChange }: { away: Away; problem?: ProblemField; onChange: (away: Away) => void }) {
  const { t } = useTranslation('admin')
  const change = (index: number, part: Partial<Away[number]>) => onChange(away.map((one, position) => (position === index ? { ...one, ...part } : one)))
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{t('availability.away')}</legend>
      <div className="hm-hours__days">
        {away.map(({ firstDay, lastDay }, index) => (
          <div key={index} className="hm-hours__shift" role="group" aria-label={t('availability.awayNumber', { number: index + 1 })}>
            <DateField
              hideLabel
              label={t('availability.firstDay')}
              value={firstDay}
              onChange={(first) => change(index, { firstDay: first, lastDay: lastDay < first ? first : lastDay })}
            />
            <span aria-hidden="true">–</span>
            <DateField hideLabel label={t('availability.lastDay')} value={lastDay} onChange={(last) => change(index, { lastDay: last })} />
            <button type="button" className="hm-icon-button" aria-label={t('availability.removeAway', { number: index + 1 })} onClick={() => onChange(away.filter((_, position) => position !== index))}>
              <CloseIcon />
            </button>
          </div>
        ))}
        <div>
          <Button size="small" variant="outline" onClick={() => onChange([...away, { firstDay: '', lastDay: '' }])}>
            {t('availability.addAway')}
          </Button>
        </div>
      </div>
      {problem && <FieldProblem problem={problem} />}
      <div className="hm-field__hint">{t('availability.awayHint')}</div>
    </fieldset>
  )
}
