import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isCheckActive, useCancelCheck, useCheckQuestion, useQuestionHealth, useSetReview } from '@/api/questionHealth'
import { toProblem } from '@/api/problem'
import type { QuestionHealth as Health } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { DateField } from '@/ui/DateField'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { QuestionUsage } from './QuestionUsage'
import { SolutionResults } from './SolutionResults'
import { VariantResults } from './VariantResults'

/** The check of a question, its usage and its review date. */
export default function QuestionHealth({ id }: { id: string }) {
  const query = useQuestionHealth(id)
  return (
    <QueryContent query={query}>
      {(health) => (
        <div className="hm-stack">
          <CheckSection id={id} health={health} />
          {health.check && <SolutionResults results={health.check.solutions} />}
          {health.check?.variants && <VariantResults result={health.check.variants} />}
          <QuestionUsage usage={health.usage} present={health.version} />
          <ReviewSection id={id} reviewBy={health.reviewBy ?? ''} />
        </div>
      )}
    </QueryContent>
  )
}

function CheckSection({ id, health }: { id: string; health: Health }) {
  const { t } = useTranslation('questions')
  const request = useCheckQuestion(id)
  const cancel = useCancelCheck(id)
  const errorText = useErrorText()
  const error = request.error ?? cancel.error
  return (
    <section className="hm-stack" aria-label={t('health.check')}>
      <h3>{t('health.check')}</h3>
      <div className="hm-row" role="status">
        <CheckState health={health} />
      </div>
      <div className="hm-row">
        {isCheckActive(health) ? (
          <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('health.cancel')}
          </Button>
        ) : (
          !health.refusal && (
            <Button theme="primary" loading={request.isPending} onClick={() => request.mutate()}>
              {t('health.start')}
            </Button>
          )
        )}
      </div>
      {health.refusal && <Note>{t(`health.refusals.${health.refusal}`)}</Note>}
      {error && <Note tone="error">{errorText(error)}</Note>}
    </section>
  )
}

function CheckState({ health: { check, version } }: { health: Health }) {
  const { t } = useTranslation('questions')
  const zone = useTimeZone()
  if (!check) return <p className="hm-muted">{t('health.unchecked', { version })}</p>
  if (check.state === 'queued') return <p>{t('health.queued')}</p>
  if (check.state === 'running') return <p>{t('health.running')}</p>
  const time = formatDateTime(check.endedAt ?? check.requestedAt, zone)
  const by = check.requestedBy.userId ? check.requestedBy.name : t('health.night')
  return (
    <p>
      {check.state === 'stopped' && <>{t(`health.stopped.${check.stopReason ?? 'interrupted'}`)} </>}
      <span className="hm-muted">{t('health.checked', { version, time, by })}</span>
    </p>
  )
}

function ReviewSection({ id, reviewBy }: { id: string; reviewBy: string }) {
  const { t } = useTranslation(['questions', 'translation'])
  const [date, setDate] = useState(reviewBy)
  const save = useSetReview(id)
  const problem = save.error ? toProblem(save.error).fields.find(({ path }) => path === 'reviewBy') : undefined
  return (
    <section className="hm-stack" aria-label={t('health.review')}>
      <h3>{t('health.review')}</h3>
      <div className="hm-health-review">
        <DateField label={t('health.reviewBy')} hint={t('health.reviewHint')} value={date} problem={problem} onChange={setDate} />
        <Button loading={save.isPending} disabled={date === reviewBy} onClick={() => save.mutate(date, { onSuccess: () => toast.success(t('health.reviewSaved')) })}>
          {t('translation:common.save')}
        </Button>
      </div>
    </section>
  )
}
