import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { limits } from '@/api/limits'
import { loopQuery, useCancelLoop, useMoveLoop } from '@/api/loops'
import { toProblem } from '@/api/problem'
import type { Interview, Loop } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime, formatTime } from '@/time/format'
import { toInstant, toWallClock } from '@/time/zone'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { DateField } from '@/ui/DateField'
import { AreaField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { TimeField } from '@/ui/TimeField'
import { WarningsNote } from '@/ui/WarningsNote'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'

interface Props {
  interviewId: string
  place: NonNullable<Interview['loop']>
  recruiter: boolean
}

/** The other rounds of the loop; recruiters move and cancel those that have not started. */
export function LoopCard({ interviewId, place, recruiter }: Props) {
  const { t } = useTranslation(['translation', 'loop'])
  const query = useQuery(loopQuery(place.id))
  const loop = query.data
  const [dialog, setDialog] = useState<'move' | 'cancel'>()
  const changeable = recruiter && loop?.rounds.some(({ state }) => state === 'scheduled')
  const actions = changeable && (
    <>
      <Button size="small" onClick={() => setDialog('move')}>
        {t('loop:move')}
      </Button>
      <Button size="small" onClick={() => setDialog('cancel')}>
        {t('loop:cancelRest')}
      </Button>
    </>
  )
  return (
    <Card title={t('loop.place', { number: place.number, count: place.count })} actions={actions}>
      <QueryContent query={query} lines={place.count}>
        {({ rounds }) => <Rounds rounds={rounds} interviewId={interviewId} />}
      </QueryContent>
      {loop && dialog === 'move' && <MoveDialog loop={loop} onClose={() => setDialog(undefined)} />}
      {loop && dialog === 'cancel' && <CancelRestDialog loop={loop} onClose={() => setDialog(undefined)} />}
    </Card>
  )
}

function Rounds({ rounds, interviewId }: { rounds: Loop['rounds']; interviewId: string }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  return (
    <ol className="hm-loop-rounds">
      {rounds.map((round) => (
        <li key={round.interviewId} className={round.state === 'cancelled' ? 'hm-loop-rounds__cancelled' : undefined}>
          <span className="hm-num hm-muted">
            {formatDateTime(round.startsAt, zone)}–{formatTime(round.endsAt, zone)}
          </span>
          {round.interviewId === interviewId ? <b aria-current="page">{round.title}</b> : <Link to={`/interviews/${round.interviewId}`}>{round.title}</Link>}
          <span className="hm-small hm-muted">{round.interviewers.map(({ name }) => name).join(t('common.listSeparator'))}</span>
        </li>
      ))}
    </ol>
  )
}

function MoveDialog({ loop, onClose }: { loop: Loop; onClose: () => void }) {
  const { t } = useTranslation(['translation', 'loop'])
  const zone = useTimeZone()
  const first = loop.rounds.find(({ state }) => state === 'scheduled')
  const [time, setTime] = useState(() => toWallClock(new Date(first?.startsAt ?? 0), zone))
  const [submitted, setSubmitted] = useState(false)
  const move = useMoveLoop(loop.id)
  const missing = (path: 'day' | 'clock') => (submitted && !time[path] ? { path, code: 'required', message: t('form.error.required') } : undefined)
  const problem = move.error ? toProblem(move.error) : undefined
  function submit(overrideWarnings: boolean) {
    setSubmitted(true)
    if (!time.day || !time.clock) return
    move.mutate(
      { startsAt: toInstant(time.day, time.clock, zone).toISOString(), version: loop.version, overrideWarnings },
      {
        onSuccess: () => {
          toast.success(t('loop:moved'))
          onClose()
        },
      },
    )
  }
  return (
    <ConfirmDialog title={t('loop:moveTitle')} confirmLabel={t('loop:moveConfirm')} busy={move.isPending} error={problem?.onlyWarnings ? undefined : move.error} onConfirm={() => submit(false)} onClose={onClose}>
      <p>{t('loop:moveText')}</p>
      <div className="hm-grid">
        <DateField required label={t('form.day')} value={time.day} problem={missing('day')} onChange={(day) => setTime({ ...time, day })} />
        <TimeField required label={t('form.clock')} value={time.clock} problem={missing('clock')} onChange={(clock) => setTime({ ...time, clock })} />
      </div>
      {problem && !problem.onlyWarnings && problem.fields.map(({ path, message }) => <p key={path + message}>{message}</p>)}
      {problem?.onlyWarnings && (
        <WarningsNote warnings={problem.fields} overrideLabel={t('form.override')} busy={move.isPending} onOverride={() => submit(true)}>
          <p>{t('form.overrideText')}</p>
        </WarningsNote>
      )}
    </ConfirmDialog>
  )
}

function CancelRestDialog({ loop, onClose }: { loop: Loop; onClose: () => void }) {
  const { t } = useTranslation(['translation', 'loop'])
  const [reason, setReason] = useState('')
  const cancel = useCancelLoop(loop.id)
  const handleConfirm = () =>
    cancel.mutate(
      { reason: reason.trim(), version: loop.version },
      {
        onSuccess: () => {
          toast.success(t('loop:cancelled'))
          onClose()
        },
      },
    )
  return (
    <ConfirmDialog danger title={t('loop:cancelTitle')} confirmLabel={t('loop:cancelRest')} busy={cancel.isPending} error={cancel.error} onConfirm={handleConfirm} onClose={onClose}>
      <p>{t('loop:cancelText')}</p>
      <AreaField label={t('interview.cancelReason')} hint={t('interview.cancelReasonHint')} value={reason} limit={limits.CancelInput.reason} onChange={setReason} />
    </ConfirmDialog>
  )
}
