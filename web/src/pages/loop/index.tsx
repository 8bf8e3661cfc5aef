import type { FormEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProposeLoop } from '@/api/loops'
import { problemForField, problemsByField, unmatchedProblems } from '@/api/problem'
import type { ProblemField } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { addDays, todayIn } from '@/time/zone'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { DateField } from '@/ui/DateField'
import { SelectField } from '@/ui/Field'
import { OwnInterviewsRedirect } from '@/ui/OwnInterviews'
import { Card, Page } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'
import type { Draft, DraftAction } from '../interview-form/draft'
import { CandidatePicker, PositionPicker } from '../interview-form/CandidateSection'
import { MeetingSection } from '../interview-form/MeetingSection'
import { RoomSection } from '../interview-form/RoomSection'
import '../interview-form/form.css'
import { Proposals } from './Proposals'
import { RoundCard } from './RoundCard'
import { addRound, BREAKS, changeRound, completeRounds, emptyLoop, MAX_ROUNDS, MIN_ROUNDS, RANGES, removeRound, setFromPool, shiftRound, toLoopQuery, validateLoop, type LoopDraft } from './rounds'
import './loop.css'

const FIELD_PATHS = ['positionId', 'candidateId', 'day', 'rounds', 'room', 'meeting']

/** Plans several interviews of a candidate on one day. */
export default function LoopPage() {
  const { t } = useTranslation(['translation', 'loop'])
  const recruiter = hasAct(useSession(), 'schedule_interviews')
  if (!recruiter) return <OwnInterviewsRedirect />
  return (
    <Page narrow title={t('loop.plan')} subtitle={t('loop:subtitle')} back={{ to: '/interviews', label: t('nav.interviews') }}>
      <LoopForm />
    </Page>
  )
}

function LoopForm() {
  const { t } = useTranslation(['translation', 'loop'])
  const zone = useTimeZone()
  const [loop, setLoop] = useState<LoopDraft>(() => emptyLoop(addDays(todayIn(zone), 1)))
  const [attempts, setAttempts] = useState(0)
  const form = useRef<HTMLFormElement>(null)
  const search = useProposeLoop()
  const titleOf = (draft: Draft) => [draft.candidate?.title, draft.position?.title, t('interview.round', { round: draft.round })].filter(Boolean).join(' · ')
  const problem = useProblems(loop, attempts > 0, search.error)

  useEffect(() => {
    if (attempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [attempts, search.error])

  const query = toLoopQuery(loop, titleOf)
  // Proposals for other rounds or days are obsolete; the room and the questions do not concern the times.
  const isCurrent = JSON.stringify(search.variables) === JSON.stringify(query)
  const setCommon = (by: DraftAction) => 'set' in by && setLoop((before) => ({ ...before, common: { ...before.common, ...by.set } }))
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    setAttempts((count) => count + 1)
    if (Object.keys(validateLoop(loop)).length === 0) search.mutate(query)
  }
  const drafts = completeRounds(loop, titleOf)
  return (
    <>
      <form ref={form} noValidate className="hm-stack" onSubmit={handleSubmit}>
        <Card title={t('form.who')}>
          <div className="hm-grid">
            <PositionPicker value={loop.common.position?.title} problem={problem('positionId')} onPick={(position) => setCommon({ set: { position } })} />
            <CandidatePicker draft={loop.common} problem={problem('candidateId')} onChange={(set) => setCommon({ set })} />
          </div>
        </Card>
        {loop.rounds.map((round, index) => (
          <RoundCard
            key={round.key}
            draft={drafts[index] ?? round.draft}
            fromPool={round.fromPool}
            number={index + 1}
            problem={(path) => problem(`rounds[${index}].${path}`)}
            dispatch={(by) => setLoop((before) => changeRound(before, round.key, by))}
            onFromPool={(fromPool) => setLoop((before) => setFromPool(before, round.key, fromPool))}
            onShift={{
              up: index > 0 ? () => setLoop((before) => shiftRound(before, index, -1)) : undefined,
              down: index < loop.rounds.length - 1 ? () => setLoop((before) => shiftRound(before, index, 1)) : undefined,
            }}
            onRemove={loop.rounds.length > MIN_ROUNDS ? () => setLoop((before) => removeRound(before, round.key)) : undefined}
          />
        ))}
        <div>
          <Button disabled={loop.rounds.length >= MAX_ROUNDS} onClick={() => setLoop(addRound)}>
            {t('loop:addRound')}
          </Button>
        </div>
        <WhenCard loop={loop} problem={problem} onChange={setLoop} />
        <Card title={t('form.how')}>
          <div className="hm-stack">
            <RoomSection draft={loop.common} dispatch={setCommon} problem={problem} />
            <MeetingSection draft={loop.common} dispatch={setCommon} problem={problem} />
          </div>
        </Card>
        <SearchError error={search.error} missing={attempts > 0 && Object.keys(validateLoop(loop)).length > 0} />
        <div className="hm-form-foot">
          <Button type="submit" theme="primary" size="large" loading={search.isPending}>
            {t('loop:search')}
          </Button>
          <span className="hm-small hm-muted">{t('loop:searchNotice')}</span>
        </div>
      </form>
      {search.data && isCurrent && <Proposals key={search.submittedAt} loop={loop} items={search.data.items} titleOf={titleOf} />}
    </>
  )
}

/** The client's and the server's problems by path. */
function useProblems(loop: LoopDraft, shown: boolean, error: unknown) {
  const { t } = useTranslation(['translation', 'loop'])
  const validationErrors = shown ? validateLoop(loop) : {}
  const server = problemsByField(error)
  return (path: string): ProblemField | undefined => {
    const error = validationErrors[path]
    if (error) return { path, code: error, message: t(`form.error.${error}`) }
    return problemForField(server, path)
  }
}

function WhenCard({ loop, problem, onChange }: { loop: LoopDraft; problem: (path: string) => ProblemField | undefined; onChange: (loop: LoopDraft) => void }) {
  const { t } = useTranslation(['translation', 'loop'])
  return (
    <Card title={t('form.when')}>
      <div className="hm-stack">
        <div className="hm-loop__when">
          <DateField required label={t('loop:day')} value={loop.day} problem={problem('day')} onChange={(day) => onChange({ ...loop, day })} />
          <SelectField
            label={t('loop:range')}
            value={String(loop.days)}
            options={RANGES.map((count) => ({ value: String(count), label: count === 1 ? t('loop:thisDay') : t('loop:days', { count }) }))}
            onChange={(value) => onChange({ ...loop, days: Number(value) })}
          />
          <SelectField
            label={t('loop:break')}
            value={String(loop.breakMinutes)}
            options={BREAKS.map((count) => ({ value: String(count), label: count === 0 ? t('loop:noBreak') : t('common.minutes', { count }) }))}
            onChange={(value) => onChange({ ...loop, breakMinutes: Number(value) })}
          />
        </div>
        <Checkbox checked={loop.reorder} onChange={(reorder) => onChange({ ...loop, reorder })}>
          {t('loop:reorder')}
        </Checkbox>
      </div>
    </Card>
  )
}

function SearchError({ error, missing }: { error: unknown; missing: boolean }) {
  const { t } = useTranslation(['translation', 'loop'])
  const errorText = useErrorText()
  if (missing) return <Note tone="error">{t('error.fixFields')}</Note>
  if (!error) return null
  return (
    <Note tone="error">
      {errorText(error)}
      {unmatchedProblems(error, FIELD_PATHS).map(({ path, message }) => (
        <p key={path}>{message}</p>
      ))}
    </Note>
  )
}
