import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { memberChoicesQuery } from '@/api/company'
import { interviewsBetweenQuery } from '@/api/interviews'
import type { ProblemField } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDay, formatTimeRange, formatTimeZone } from '@/time/format'
import { browserTimeZone, toInstant, toWallClock } from '@/time/zone'
import { Avatar } from '@/ui/Avatar'
import { Combobox } from '@/ui/Combobox'
import { DateField } from '@/ui/DateField'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { SlotEditor } from '@/ui/SlotEditor'
import { TimeField } from '@/ui/TimeField'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { AvailabilityPanel } from './AvailabilityPanel'
import { PoolProposal } from './PoolProposal'
import { SelectedList, SelectedItem } from './SelectedList'
import type { DraftAction, Draft } from './draft'
import { findConflict, startsInPast } from './draft'

interface Props {
  draft: Draft
  dispatch: (by: DraftAction) => void
  problem: (path: string) => ProblemField | undefined
  interviewId?: string
}

const TIME_MODES = ['fixed', 'offer'] as const
export const DURATIONS = [30, 45, 60, 90, 120]

/** Start, duration and interviewers. */
export function TimeSection({ draft, dispatch, problem, interviewId }: Props) {
  const { t } = useTranslation()
  const pastProblem = startsInPast(draft, useTimeZone(), new Date()) ? { path: 'startsAt', code: 'past', message: t('form.error.past') } : undefined
  const minutes = [...new Set([...DURATIONS, draft.durationMinutes])].sort((a, b) => a - b)
  return (
    <Card title={t('form.when')}>
      <div className="hm-stack">
        {interviewId === undefined && (
          <div>
            <SegmentedControl
              label={t('form.timeMode')}
              value={draft.offered ? 'offer' : 'fixed'}
              options={TIME_MODES.map((value) => ({ value, label: t(`form.timeModes.${value}`) }))}
              onChange={(mode) => dispatch({ set: { offered: mode === 'offer' } })}
            />
          </div>
        )}
        <div className="hm-time">
          {!draft.offered && (
            <>
              <DateField
                label={t('form.day')}
                required
                value={draft.day}
                problem={problem('startsAt') ?? pastProblem}
                onChange={(day) => dispatch({ set: { day } })}
              />
              <TimeField label={t('form.clock')} required value={draft.clock} onChange={(clock) => dispatch({ set: { clock } })} />
            </>
          )}
          <SelectField
            label={t('form.duration')}
            value={String(draft.durationMinutes)}
            options={minutes.map((count) => ({ value: String(count), label: t('common.minutes', { count }) }))}
            problem={problem('durationMinutes')}
            onChange={(value) => dispatch({ set: { durationMinutes: Number(value) } })}
          />
        </div>
        {!draft.offered && <TimeSummary draft={draft} />}
        <InterviewerPicker draft={draft} dispatch={dispatch} problem={problem('interviewers')} interviewId={interviewId} />
        {!draft.offered && draft.position && <PoolProposal positionId={draft.position.id} draft={draft} dispatch={dispatch} interviewId={interviewId} />}
        {draft.offered && <OfferedSlots draft={draft} dispatch={dispatch} problem={problem} />}
        <AvailabilityPanel draft={draft} dispatch={dispatch} interviewId={interviewId} />
      </div>
    </Card>
  )
}

function OfferedSlots({ draft, dispatch, problem }: Omit<Props, 'interviewId'>) {
  const zone = useTimeZone()
  return <SlotEditor value={draft} minutes={draft.durationMinutes} zone={zone} problem={problem} onChange={(set) => dispatch({ set })} />
}

function draftStart(draft: Draft, zone: string): Date | undefined {
  return draft.day && draft.clock ? toInstant(draft.day, draft.clock, zone) : undefined
}

/** The time with the company's zone, and in the user's zone when it differs. */
function TimeSummary({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const start = draftStart(draft, zone)
  if (!start) return null
  const [from, to] = [start.toISOString(), new Date(start.getTime() + draft.durationMinutes * 60_000).toISOString()]
  const localZone = browserTimeZone(zone)
  const local = toWallClock(start, localZone)
  const differs = local.day !== draft.day || local.clock !== draft.clock
  return (
    <p className="hm-time__summary">
      <b className="hm-num">
        {formatDay(draft.day)} {formatTimeRange(from, to, zone)}
      </b>{' '}
      <span className="hm-muted">
        {t('form.companyTime', { zone: formatTimeZone(zone, start) })}
        {differs && ` · ${t('form.localTime', { time: `${formatDay(local.day)} ${formatTimeRange(from, to, localZone)}` })}`}
      </span>
    </p>
  )
}

export function InterviewerPicker({ draft, dispatch, problem, interviewId, required = true }: Omit<Props, 'problem'> & { problem?: ProblemField; required?: boolean }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const [q, setQ] = useState('')
  const found = useQuery({ ...memberChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  const findMemberConflict = useConflicts(draft, interviewId)
  const chosen = new Set(draft.interviewers.map(({ userId }) => userId))

  const warningFor = (userId: string, reachable: boolean): string | undefined => {
    const other = findMemberConflict(userId)
    if (other) return t('form.busy', { span: formatTimeRange(other.startsAt, other.endsAt, zone), title: other.title })
    return reachable ? undefined : t('form.unreachable')
  }
  const members = found.data?.items ?? []
  const choices = members.map((member) => {
    const warning = warningFor(member.userId, member.reachable)
    const affiliation = [member.departments.map(({ name }) => name).join(' / '), member.position].filter(Boolean).join(' · ')
    return {
      id: member.userId,
      label: member.name,
      icon: <Avatar name={member.name} src={member.avatar} />,
      detail: (
        <>
          {affiliation}
          {warning && <span className="hm-selected__warning">{warning}</span>}
        </>
      ),
      selected: chosen.has(member.userId),
    }
  })
  function toggleInterviewer(userId: string) {
    const member = members.find((one) => one.userId === userId)
    if (chosen.has(userId)) dispatch({ removeInterviewer: userId })
    else if (member) {
      const { name, avatar, reachable, departments } = member
      dispatch({ addInterviewer: { userId, name, avatar, reachable, department: departments[0]?.name } })
    }
  }
  return (
    <div className="hm-stack hm-stack--tight">
      <Combobox
        multiple
        required={required}
        label={t('form.interviewers')}
        placeholder={t('form.interviewersHint')}
        problem={problem}
        choices={choices}
        loading={found.isPending}
        failed={found.isError}
        onSearch={setQ}
        onChoose={({ id }) => toggleInterviewer(id)}
      />
      {draft.interviewers.length > 0 && (
        <SelectedList label={t('form.chosenInterviewers')}>
          {draft.interviewers.map((one) => (
            <SelectedItem
              key={one.userId}
              name={one.name}
              detail={one.department}
              icon={<Avatar name={one.name} src={one.avatar} />}
              warning={one.declined ? t('response.declined') : one.reachable ? undefined : t('form.unreachable')} // the panel below shows other interviews
              onRemove={() => dispatch({ removeInterviewer: one.userId })}
            />
          ))}
        </SelectedList>
      )}
    </div>
  )
}

/** Returns a function that finds another interview of a member at that time. */
function useConflicts(draft: Draft, interviewId?: string) {
  const zone = useTimeZone()
  const start = useDebouncedValue(draftStart(draft, zone)?.getTime() ?? 0, 400)
  const day = 24 * 3600_000
  const around = useQuery({
    ...interviewsBetweenQuery(new Date(start - day / 2), new Date(start + day / 2), 'all'),
    enabled: start > 0,
    staleTime: 60_000,
  })
  return (userId: string) =>
    start > 0 ? findConflict(around.data ?? [], userId, new Date(start), draft.durationMinutes, interviewId) : undefined
}
