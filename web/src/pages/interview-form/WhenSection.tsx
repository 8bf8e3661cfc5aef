import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { memberChoices } from '@/api/company'
import { interviewsBetween } from '@/api/interviews'
import type { ProblemField } from '@/api/types'
import { useZone } from '@/app/useSession'
import { formatDay, formatSpan, formatZone } from '@/time/format'
import { instant, wallClock } from '@/time/zone'
import { Avatar } from '@/ui/Avatar'
import { Combobox } from '@/ui/Combobox'
import { SelectField, TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { useDebounced } from '@/ui/useDebounced'
import { Chosen, ChosenItem } from './Chosen'
import type { Change, Draft } from './draft'
import { busyWith } from './draft'

interface Props {
  draft: Draft
  dispatch: (by: Change) => void
  problem: (path: string) => ProblemField | undefined
  interviewId?: string
}

const durations = [30, 45, 60, 90, 120]

/** When, and who of the company asks. */
export function WhenSection({ draft, dispatch, problem, interviewId }: Props) {
  const { t } = useTranslation()
  const minutes = [...new Set([...durations, draft.durationMinutes])].sort((a, b) => a - b)
  return (
    <Card title={t('form.when')}>
      <div className="hm-stack">
        <div className="hm-when">
          <TextField
            type="date"
            label={t('form.day')}
            required
            value={draft.day}
            problem={problem('startsAt')}
            onChange={(day) => dispatch({ set: { day } })}
          />
          <TextField type="time" step={300} label={t('form.clock')} required value={draft.clock} onChange={(clock) => dispatch({ set: { clock } })} />
          <SelectField
            label={t('form.duration')}
            value={String(draft.durationMinutes)}
            options={minutes.map((count) => ({ value: String(count), label: t('common.minutes', { count }) }))}
            problem={problem('durationMinutes')}
            onChange={(value) => dispatch({ set: { durationMinutes: Number(value) } })}
          />
        </div>
        <WhenWords draft={draft} />
        <InterviewersPicker draft={draft} dispatch={dispatch} problem={problem('interviewers')} interviewId={interviewId} />
      </div>
    </Card>
  )
}

function startOf(draft: Draft, zone: string): Date | undefined {
  return draft.day && draft.clock ? instant(draft.day, draft.clock, zone) : undefined
}

/** The time in words with its zone, and in the reader's own zone when that is another. */
function WhenWords({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const zone = useZone()
  const start = startOf(draft, zone)
  if (!start) return null
  const [from, to] = [start.toISOString(), new Date(start.getTime() + draft.durationMinutes * 60_000).toISOString()]
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const local = wallClock(start, here)
  const differs = local.day !== draft.day || local.clock !== draft.clock
  return (
    <p className="hm-when__words">
      <b className="hm-num">
        {formatDay(draft.day)} {formatSpan(from, to, zone)}
      </b>{' '}
      <span className="hm-muted">
        {t('form.companyTime', { zone: formatZone(zone, start) })}
        {differs && ` · ${t('form.localTime', { time: `${formatDay(local.day)} ${formatSpan(from, to, here)}` })}`}
      </span>
    </p>
  )
}

function InterviewersPicker({ draft, dispatch, problem, interviewId }: Omit<Props, 'problem'> & { problem?: ProblemField }) {
  const { t } = useTranslation()
  const zone = useZone()
  const [q, setQ] = useState('')
  const found = useQuery({ ...memberChoices(useDebounced(q)), placeholderData: (before) => before })
  const busy = useBusy(draft, interviewId)
  const chosen = new Set(draft.interviewers.map(({ userId }) => userId))

  const warningFor = (userId: string, reachable: boolean): string | undefined => {
    const other = busy(userId)
    if (other) return t('form.busy', { span: formatSpan(other.startsAt, other.endsAt, zone), title: other.title })
    return reachable ? undefined : t('form.unreachable')
  }
  const members = found.data?.items ?? []
  const choices = members.map((member) => {
    const warning = warningFor(member.userId, member.reachable)
    const place = [member.departments.map(({ name }) => name).join(' / '), member.position].filter(Boolean).join(' · ')
    return {
      id: member.userId,
      label: member.name,
      lead: <Avatar name={member.name} src={member.avatar} />,
      detail: (
        <>
          {place}
          {warning && <span className="hm-chosen__warning">{warning}</span>}
        </>
      ),
      selected: chosen.has(member.userId),
    }
  })
  function toggle(userId: string) {
    const member = members.find((one) => one.userId === userId)
    if (chosen.has(userId)) dispatch({ unask: userId })
    else if (member) {
      const { name, avatar, reachable, departments } = member
      dispatch({ ask: { userId, name, avatar, reachable, department: departments[0]?.name } })
    }
  }
  return (
    <div className="hm-stack hm-stack--tight">
      <Combobox
        many
        required
        label={t('form.interviewers')}
        placeholder={t('form.interviewersHint')}
        problem={problem}
        choices={choices}
        loading={found.isPending}
        failed={found.isError}
        onSearch={setQ}
        onChoose={({ id }) => toggle(id)}
      />
      {draft.interviewers.length > 0 && (
        <Chosen label={t('form.chosenInterviewers')}>
          {draft.interviewers.map((one) => (
            <ChosenItem
              key={one.userId}
              name={one.name}
              detail={one.department}
              lead={<Avatar name={one.name} src={one.avatar} />}
              warning={warningFor(one.userId, one.reachable)}
              onRemove={() => dispatch({ unask: one.userId })}
            />
          ))}
        </Chosen>
      )}
    </div>
  )
}

/** Says of each member which other interview they have at that time. */
function useBusy(draft: Draft, interviewId?: string) {
  const zone = useZone()
  const start = useDebounced(startOf(draft, zone)?.getTime() ?? 0, 400)
  const day = 24 * 3600_000
  const around = useQuery({
    ...interviewsBetween(new Date(start - day / 2), new Date(start + day / 2), 'all'),
    enabled: start > 0,
    staleTime: 60_000,
  })
  return (userId: string) =>
    start > 0 ? busyWith(around.data ?? [], userId, new Date(start), draft.durationMinutes, interviewId) : undefined
}
