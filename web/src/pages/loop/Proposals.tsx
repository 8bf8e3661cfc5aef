import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useCreateLoop } from '@/api/loops'
import { newKey } from '@/api/newKey'
import { toProblem } from '@/api/problem'
import type { LoopProposal } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDay, formatTimeRange } from '@/time/format'
import { toWallClock } from '@/time/zone'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { WarningsNote } from '@/ui/WarningsNote'
import { EmptyState, Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { completeRounds, toLoopInput, type LoopDraft, type TitleOf } from './rounds'

interface Props {
  loop: LoopDraft
  items: LoopProposal[]
  titleOf: TitleOf
}

/** The proposed times; choosing one schedules all rounds. */
export function Proposals({ loop, items, titleOf }: Props) {
  const { t } = useTranslation(['translation', 'loop'])
  const heading = useRef<HTMLDivElement>(null)
  const { submit, chosen, error, busy } = useSubmitLoop(loop, titleOf)
  useEffect(() => heading.current?.focus(), [])
  return (
    <div ref={heading} tabIndex={-1} role="region" aria-label={t('loop:proposals')} className="hm-stack hm-loop__proposals">
      <h2>{t('loop:proposals')}</h2>
      {items.length === 0 && <EmptyState title={t('loop:none')} text={t('loop:noneText')} />}
      {items.length > 0 && !items.some(({ fits }) => fits) && <Note tone="warning">{t('loop:noFit')}</Note>}
      {items.map((item, index) => (
        <ProposalCard key={item.slots[0]?.startsAt} proposal={item} loop={loop} titleOf={titleOf} busy={busy && chosen === index} disabled={busy} onChoose={() => submit(item, index, false)}>
          {chosen === index && <SubmitError error={error} busy={busy} onOverride={() => submit(item, index, true)} />}
        </ProposalCard>
      ))}
    </div>
  )
}

/** Schedules the loop. The key of a proposal makes a repeated request return the first loop. */
function useSubmitLoop(loop: LoopDraft, titleOf: TitleOf) {
  const { t } = useTranslation(['translation', 'loop'])
  const navigate = useNavigate()
  const zone = useTimeZone()
  const create = useCreateLoop()
  const [chosen, setChosen] = useState<number>()
  const [keys] = useState(() => new Map<number, string>())
  function submit(proposal: LoopProposal, index: number, override: boolean) {
    const key = keys.get(index) ?? newKey()
    keys.set(index, key)
    setChosen(index)
    create.mutate(toLoopInput(loop, proposal, titleOf, zone, key, override), {
      onSuccess: ({ rounds }) => {
        toast.success(t('loop:scheduled', { count: rounds.length }))
        void navigate(rounds[0] ? `/interviews/${rounds[0].interviewId}` : '/interviews', { replace: true })
      },
    })
  }
  return { submit, chosen, error: create.error, busy: create.isPending }
}

interface CardProps {
  proposal: LoopProposal
  loop: LoopDraft
  titleOf: TitleOf
  busy: boolean
  disabled: boolean
  onChoose: () => void
  children: React.ReactNode
}

function ProposalCard({ proposal, loop, titleOf, busy, disabled, onChoose, children }: CardProps) {
  const { t } = useTranslation(['translation', 'loop'])
  const zone = useTimeZone()
  const { slots, fits, reordered } = proposal
  const first = slots[0]
  const last = slots.at(-1)
  const titles = completeRounds({ ...loop, rounds: slots.flatMap(({ round }) => loop.rounds[round] ?? []) }, titleOf)
  if (!first || !last) return null
  const time = `${formatDay(toWallClock(new Date(first.startsAt), zone).day)} ${formatTimeRange(first.startsAt, last.endsAt, zone)}`
  return (
    <Card
      title={time}
      actions={
        <>
          {reordered && <Tag>{t('loop:reordered')}</Tag>}
          {!fits && <Tag tone="warning">{t('loop:misfit')}</Tag>}
          <Button theme="primary" variant={fits ? undefined : 'outline'} size="small" loading={busy} disabled={disabled} aria-label={t('loop:choose', { time })} onClick={onChoose}>
            {t('form.submit')}
          </Button>
        </>
      }
    >
      <div className="hm-stack">
        <ol className="hm-loop__slots">
          {slots.map(({ startsAt, endsAt, interviewers, conflicts }, index) => (
            <li key={startsAt}>
              <span className="hm-num hm-loop__time">{formatTimeRange(startsAt, endsAt, zone)}</span>
              <span className="hm-grow">
                {titles[index]?.title} <span className="hm-muted">{interviewers.map(({ name }) => name).join(t('common.listSeparator'))}</span>
                {conflicts.map(({ text }) => (
                  <span key={text} className="hm-selected__warning">
                    {text}
                  </span>
                ))}
              </span>
            </li>
          ))}
        </ol>
        {children}
      </div>
    </Card>
  )
}

function SubmitError({ error, busy, onOverride }: { error: unknown; busy: boolean; onOverride: () => void }) {
  const { t } = useTranslation(['translation', 'loop'])
  const errorText = useErrorText()
  if (!error) return null
  const problem = toProblem(error)
  if (problem.onlyWarnings) {
    return (
      <WarningsNote warnings={problem.fields} overrideLabel={t('form.override')} busy={busy} onOverride={onOverride}>
        <p>{t('form.overrideText')}</p>
      </WarningsNote>
    )
  }
  return (
    <Note tone="error">
      {errorText(error)}
      {problem.fields.map(({ path, message }) => (
        <p key={path + message}>{message}</p>
      ))}
    </Note>
  )
}
