import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useExcuseInterviewer, useOpenScorecards, useRemindInterviewer, useRequireScorecard } from '@/api/scorecards'
import type { Interview, Scorecards } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Person } from '@/ui/Person'
import { useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

type Missing = Scorecards['missing'][number]
type Excused = Scorecards['excused'][number]

/** For recruiters: whose scorecards are missing, and what to do about it. */
export function MissingScorecards({ interview, cards }: { interview: Interview; cards: Scorecards }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const { missing, excused } = cards
  if (!interview.permissions.manageScorecards || missing.length + excused.length === 0) return null
  return (
    <div className="hm-missing">
      {missing.length > 0 && (
        <section>
          <h3>{t('scorecards:missing')}</h3>
          <ul className="hm-people">
            {missing.map((one) => (
              <MissingItem key={one.interviewer.userId} interviewId={interview.id} missing={one} />
            ))}
          </ul>
        </section>
      )}
      {excused.length > 0 && (
        <section>
          <h3>{t('scorecards:excused')}</h3>
          <ul className="hm-people">
            {excused.map((one) => (
              <ExcusedItem key={one.userId} interviewId={interview.id} person={one} />
            ))}
          </ul>
        </section>
      )}
      <EarlyOpening interviewId={interview.id} cards={cards} />
    </div>
  )
}

function MissingItem({ interviewId, missing }: { interviewId: string; missing: Missing }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const zone = useTimeZone()
  const errorText = useErrorText()
  const remind = useRemindInterviewer(interviewId)
  const [excusing, setExcusing] = useState(false)
  const { interviewer, remindedAt } = missing
  const { name, avatar, userId } = interviewer
  const handleRemind = () =>
    remind.mutate(userId, {
      onSuccess: () => toast.success(t('scorecard.remindedToast', { name })),
      onError: (err) => toast.error(errorText(err)),
    })
  return (
    <li className="hm-people__item">
      <div className="hm-grow">
        <Person name={name} avatar={avatar} />
        {remindedAt && <div className="hm-small hm-muted">{t('scorecards:remindedAt', { time: formatDateTime(remindedAt, zone) })}</div>}
      </div>
      <div className="hm-row">
        <Button size="small" loading={remind.isPending} aria-label={t('scorecards:actionFor', { action: t('scorecards:remind'), name })} onClick={handleRemind}>
          {t('scorecards:remind')}
        </Button>
        <Button size="small" aria-label={t('scorecards:actionFor', { action: t('scorecards:excuse'), name })} onClick={() => setExcusing(true)}>
          {t('scorecards:excuse')}
        </Button>
      </div>
      {excusing && <ExcuseDialog interviewId={interviewId} userId={userId} name={name} onClose={() => setExcusing(false)} />}
    </li>
  )
}

function ExcuseDialog({ interviewId, userId, name, onClose }: { interviewId: string; userId: string; name: string; onClose: () => void }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const excuse = useExcuseInterviewer(interviewId)
  return (
    <ConfirmDialog
      title={t('scorecards:excuseTitle', { name })}
      confirmLabel={t('scorecards:excuse')}
      busy={excuse.isPending}
      error={excuse.error}
      onConfirm={() => excuse.mutate(userId, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('scorecards:excuseText', { name })}</p>
    </ConfirmDialog>
  )
}

function ExcusedItem({ interviewId, person: { name, avatar, userId } }: { interviewId: string; person: Excused }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const errorText = useErrorText()
  const require = useRequireScorecard(interviewId)
  return (
    <li className="hm-people__item">
      <div className="hm-grow">
        <Person name={name} avatar={avatar} />
      </div>
      <Button
        size="small"
        loading={require.isPending}
        aria-label={t('scorecards:actionFor', { action: t('scorecards:require'), name })}
        onClick={() => require.mutate(userId, { onError: (err) => toast.error(errorText(err)) })}
      >
        {t('scorecards:require')}
      </Button>
    </li>
  )
}

/** Shows the submitted scorecards before all are in, once that is due. */
function EarlyOpening({ interviewId, cards: { mayOpen, openFrom, submitted } }: { interviewId: string; cards: Scorecards }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const zone = useTimeZone()
  const open = useOpenScorecards(interviewId)
  const [confirming, setConfirming] = useState(false)
  if (!mayOpen) {
    return openFrom && submitted > 0 ? <p className="hm-small hm-muted">{t('scorecards:openFrom', { time: formatDateTime(openFrom, zone) })}</p> : null
  }
  return (
    <div>
      <Button onClick={() => setConfirming(true)}>{t('scorecards:open')}</Button>
      {confirming && (
        <ConfirmDialog
          title={t('scorecards:openTitle')}
          confirmLabel={t('scorecards:open')}
          busy={open.isPending}
          error={open.error}
          onConfirm={() => open.mutate(undefined, { onSuccess: () => setConfirming(false) })}
          onClose={() => setConfirming(false)}
        >
          <p>{t('scorecards:openText')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}

/** Records that a recruiter opened the scorecards before all were in. */
export function EarlyOpeningNote({ opened }: { opened: Scorecards['opened'] }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const zone = useTimeZone()
  if (!opened) return null
  return <p className="hm-missing__opened hm-small hm-muted">{t('scorecards:opened', { name: opened.by.name, time: formatDateTime(opened.at, zone) })}</p>
}
