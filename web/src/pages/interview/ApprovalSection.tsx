import { useTranslation } from 'react-i18next'
import { useApplyForApproval } from '@/api/approvals'
import type { Approval, ApprovalView, Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Tag, type Tone } from '@/ui/Tag'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

const TONES: Record<Approval['state'], Tone> = {
  queued: 'primary', pending: 'primary', approved: 'success', rejected: 'danger', withdrawn: 'warning', revoked: 'warning', deleted: 'warning', failed: 'danger', cancelled: 'default',
}

/** Whether approvers in WeCom see the request, or may see it. */
export function isInWeCom({ state, number, failure }: Approval): boolean {
  return state === 'pending' || state === 'approved' || (state === 'queued' && (Boolean(number) || Boolean(failure)))
}

/** The approval of a decision to hire in WeCom: its state, the opinions, and what the decider can do. */
export function ApprovalSection({ interview, view }: { interview: Interview; view: ApprovalView }) {
  const { t } = useTranslation(['translation', 'approval'])
  const errorText = useErrorText()
  const apply = useApplyForApproval(interview)
  const { items, enabled, obstacle, obstacleText, holdsMail } = view
  const [newest, ...earlier] = items
  const current = newest && !newest.superseded ? newest : undefined
  const rest = current ? earlier : items
  const hire = interview.result?.decision === 'hire'
  if (items.length === 0 && (!enabled || !hire)) return null
  return (
    <section className="hm-stack hm-decision-mail" aria-label={t('approval:title')}>
      <h3 className="hm-decision-mail__title">{t('approval:title')}</h3>
      {current ? <ApprovalState approval={current} /> : hire && enabled && <p className="hm-small hm-muted">{t('approval:none')}</p>}
      {hire && enabled && holdsMail && current?.state !== 'approved' && (current || view.required) && <p className="hm-small hm-muted">{t('approval:mailWaits')}</p>}
      {apply.error && <Note tone="error">{errorText(apply.error)}</Note>}
      {hire && enabled && !obstacle && (
        <div>
          <Button size="small" loading={apply.isPending} onClick={() => apply.mutate(undefined, { onSuccess: () => toast.success(t('approval:submitting')) })}>
            {t(current ? 'approval:applyAgain' : 'approval:apply')}
          </Button>
        </div>
      )}
      {obstacle === 'exhausted' && <p className="hm-small hm-muted">{obstacleText}</p>}
      {rest.length > 0 && (
        <details className="hm-small">
          <summary>{t('approval:earlier', { count: rest.length })}</summary>
          <div className="hm-stack hm-approval__earlier">
            {rest.map((approval) => (
              <ApprovalState key={approval.id} approval={approval} />
            ))}
          </div>
        </details>
      )}
    </section>
  )
}

function ApprovalState({ approval }: { approval: Approval }) {
  const { t } = useTranslation(['translation', 'approval'])
  const zone = useTimeZone()
  const { state, number, requestedBy, requestedAt, decidedAt, failure, superseded, steps, comments } = approval
  const opinions = steps.flatMap((step) => step.opinions.map((opinion) => ({ ...opinion, kind: step.kind })))
  return (
    <div className="hm-stack hm-approval">
      <div className="hm-row">
        <Tag tone={TONES[state]}>{t(`approval:state.${state}`)}</Tag>
        <span className="hm-small hm-muted">
          {t('approval:requested', { name: requestedBy.name, time: formatDateTime(requestedAt, zone) })}
          {number && ` · ${t('approval:number', { number })}`}
          {decidedAt && state !== 'cancelled' && ` · ${t('approval:decided', { time: formatDateTime(decidedAt, zone) })}`}
        </span>
      </div>
      {superseded && isInWeCom(approval) && <Note tone="warning">{t('approval:stillInWeCom', { name: requestedBy.name, number: number ?? '' })}</Note>}
      {failure && <Note tone={state === 'failed' ? 'error' : 'warning'}>{failure}</Note>}
      {opinions.length + comments.length > 0 && (
        <ol className="hm-approval__opinions">
          {opinions.map(({ person, state: opinion, text, at, kind }, index) => (
            <li key={`${person.userId} ${index}`}>
              <span className="hm-strong">{person.name}</span>{' '}
              <span className="hm-muted">
                {t(kind === 'copied' ? 'approval:copied' : `approval:opinion.${opinion}`)}
                {at && ` · ${formatDateTime(at, zone)}`}
              </span>
              {text && <p className="hm-wrap">{text}</p>}
            </li>
          ))}
          {comments.map(({ person, text, at }, index) => (
            <li key={`comment ${index}`}>
              <span className="hm-strong">{person.name}</span>{' '}
              <span className="hm-muted">
                {t('approval:comment')} · {formatDateTime(at, zone)}
              </span>
              <p className="hm-wrap">{text}</p>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
