import type { ReactNode } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRemindInterviewer } from '@/api/scorecards'
import type { Interview, WorklistGroup } from '@/api/types'
import { Button, ButtonLink } from '@/ui/Button'
import { EmptyState, useErrorText } from '@/ui/feedback'
import { InterviewRow } from '@/ui/InterviewRow'
import { Card } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { isWork, missingScorecards, type WorklistReason } from '@/ui/worklist'

/** Rows of a group before all are displayed. */
const FEW = 5
/** The server counts no further. */
const MAX_TOTAL = 100

/** For recruiters: the interviews on which they have to act, by reason. */
export function WorklistCard({ groups }: { groups: WorklistGroup[] }) {
  const { t } = useTranslation()
  const work = groups.filter(isWork)
  return (
    <Card flush title={t('overview.worklist')}>
      {work.length === 0 ? <EmptyState small title={t('overview.nothing')} /> : work.map((group) => <WorklistSection key={group.reason} group={group} />)}
    </Card>
  )
}

/** For recruiters: the interviews whose interviewers have not responded. */
export function AwaitingResponseCard({ groups }: { groups: WorklistGroup[] }) {
  const { t } = useTranslation()
  const group = groups.find(({ reason }) => reason === 'no_response')
  return (
    <Card flush title={t('overview.reason.no_response')}>
      {group ? <WorklistRows group={group} /> : <EmptyState small title={t('overview.noWaiting')} />}
    </Card>
  )
}

function WorklistSection({ group }: { group: WorklistGroup }) {
  const { t } = useTranslation()
  const { reason, total } = group
  return (
    <section className="hm-worklist" aria-label={t(`overview.reason.${reason}`)}>
      <h3 className="hm-worklist__head">
        {t(`overview.reason.${reason}`)} <Tag tone="warning">{total < MAX_TOTAL ? total : t('overview.moreThan', { count: total })}</Tag>
      </h3>
      <WorklistRows group={group} />
    </section>
  )
}

function WorklistRows({ group }: { group: WorklistGroup }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const { reason, items } = group
  const shown = all ? items : items.slice(0, FEW)
  return (
    <>
      <ul>
        {shown.map((one) => (
          <InterviewRow key={one.id} interview={one} withDay note={<PeopleLine reason={reason} interview={one} />} actions={isWork(group) && <WorklistAction reason={reason} interview={one} />} />
        ))}
      </ul>
      {shown.length < items.length && (
        <div className="hm-worklist__more">
          <Button size="small" variant="text" theme="primary" onClick={() => setAll(true)}>
            {t('overview.more', { count: items.length - shown.length })}
          </Button>
        </div>
      )}
    </>
  )
}

/** Whose response or scorecard is missing. */
function PeopleLine({ reason, interview }: { reason: WorklistReason; interview: Interview }): ReactNode {
  const { t } = useTranslation()
  const join = (people: { name: string }[]) => people.map(({ name }) => name).join(t('overview.separator'))
  if (reason === 'no_response') return t('overview.unanswered', { names: join(interview.interviewers.filter(({ response }) => response === 'pending')) })
  if (reason === 'scorecards_overdue') return t('overview.missing', { names: join(missingScorecards(interview)) })
  return null
}

function WorklistAction({ reason, interview }: { reason: WorklistReason; interview: Interview }) {
  const { t } = useTranslation()
  if (reason === 'no_response') return null // waits for others
  if (reason === 'scorecards_overdue') return <RemindButton interview={interview} />
  return (
    <ButtonLink size="small" theme="primary" variant="outline" to={actionPath(reason, interview)}>
      {t(`overview.act.${reason}`)}
    </ButtonLink>
  )
}

function actionPath(reason: WorklistReason, { id }: Interview): string {
  if (reason === 'next_round') return `/interviews/new?after=${id}`
  if (reason === 'no_substitute' || reason === 'declined' || reason === 'not_held') return `/interviews/${id}/edit`
  return `/interviews/${id}`
}

/** Reminds all interviewers whose scorecards are missing. */
function RemindButton({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const remind = useRemindInterviewer(interview.id)
  const names = missingScorecards(interview).map(({ name }) => name).join(t('overview.separator'))
  async function handleRemind() {
    for (const { userId, name } of missingScorecards(interview)) {
      try {
        await remind.mutateAsync(userId)
        toast.success(t('scorecard.remindedToast', { name }))
      } catch (err) {
        toast.error(errorText(err))
      }
    }
  }
  return (
    <Button size="small" theme="primary" variant="outline" loading={remind.isPending} aria-label={t('overview.remindFor', { names })} onClick={() => void handleRemind()}>
      {t('overview.act.scorecards_overdue')}
    </Button>
  )
}
