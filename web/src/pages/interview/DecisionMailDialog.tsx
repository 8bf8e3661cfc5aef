import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaveDecisionMail } from '@/api/decisionMails'
import { problemForField, problemsByField, unmatchedProblems } from '@/api/problem'
import type { DecisionMail, DecisionMailDraft, DecisionMailInput, Interview } from '@/api/types'
import { limits } from '@/api/limits'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { toInstant, toWallClock } from '@/time/zone'
import { Button } from '@/ui/Button'
import { DateField } from '@/ui/DateField'
import { AreaField, SelectField, TextField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
import { TimeField } from '@/ui/TimeField'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

interface Props {
  interview: Interview
  draft: DecisionMailDraft
  /** Why the mail leaves later than planned. */
  waits?: string
  /** The scheduled mail that is changed. */
  mail?: DecisionMail
  version: number
  onClose: () => void
}

type Timing = DecisionMailInput['timing']

const FIELD_PATHS = ['subject', 'body', 'sendAt']

/** The mail as the candidate will read it, and the time at which it leaves. */
export function DecisionMailDialog({ interview, draft, waits, mail, version, onClose }: Props) {
  const { t } = useTranslation(['translation', 'resultMail'])
  const zone = useTimeZone()
  const errorText = useErrorText()
  const save = useSaveDecisionMail(interview)
  const [text, setText] = useState(() => ({ subject: (mail ?? draft).subject, body: (mail ?? draft).body }))
  const [timing, setTiming] = useState<Timing>(mail ? 'date' : draft.timing)
  const [clock, setClock] = useState(() => {
    const { day, clock: time } = toWallClock(new Date(mail?.sendAt ?? draft.times.find((one) => one.timing === 'workday')?.sendAt ?? Date.now()), zone)
    return { day, time }
  })
  const problems = problemsByField(save.error)
  const problem = (path: string) => problemForField(problems, path)
  const options = [
    ...draft.times.map((one) => ({ value: one.timing as Timing, label: t(`resultMail:timing.${one.timing}`, { time: formatDateTime(one.sendAt, zone) }) })),
    { value: 'date' as Timing, label: t('resultMail:timing.date') },
  ]
  function submit() {
    const sendAt = timing === 'date' ? toInstant(clock.day, clock.time, zone).toISOString() : undefined
    save.mutate(
      { ...text, timing, sendAt, version },
      {
        onSuccess: (saved) => {
          const at = saved.mail?.sendAt
          toast.success(timing === 'now' || !at ? t('resultMail:sendingToast') : t('resultMail:scheduledToast', { time: formatDateTime(at, zone) }))
          onClose()
        },
      },
    )
  }
  return (
    <Modal
      persistent
      kind="drawer"
      title={t('resultMail:dialog', { name: interview.candidate.name })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button theme="primary" loading={save.isPending} onClick={submit}>
            {t(timing === 'now' ? 'resultMail:sendNow' : 'resultMail:schedule')}
          </Button>
        </>
      }
    >
      <div className="hm-stack">
        <p className="hm-muted">
          {t(`resultMail:kind.${draft.kind}`)} · {t('resultMail:to', { email: draft.to })}
        </p>
        {waits && <Note>{waits}</Note>}
        {save.error && (
          <Note tone="error">
            {errorText(save.error)}
            {unmatchedProblems(save.error, FIELD_PATHS).map(({ path, message }) => (
              <p key={path}>{message}</p>
            ))}
          </Note>
        )}
        <TextField label={t('resultMail:subject')} lang={draft.language} value={text.subject} limit={limits.DecisionMailInput.subject} problem={problem('subject')} onChange={(subject) => setText({ ...text, subject })} />
        <AreaField label={t('resultMail:body')} hint={t('resultMail:bodyHint')} lang={draft.language} rows={12} value={text.body} limit={limits.DecisionMailInput.body} problem={problem('body')} onChange={(body) => setText({ ...text, body })} />
        <SelectField label={t('resultMail:when')} hint={t('resultMail:whenHint')} value={timing} options={options} onChange={setTiming} />
        {timing === 'date' && (
          <div className="hm-decision-mail__time">
            <DateField label={t('resultMail:day')} value={clock.day} problem={problem('sendAt')} onChange={(day) => setClock({ ...clock, day })} />
            <TimeField label={t('resultMail:time')} value={clock.time} onChange={(time) => setClock({ ...clock, time })} />
          </div>
        )}
      </div>
    </Modal>
  )
}
