import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCancelDecisionMail } from '@/api/decisionMails'
import type { DecisionMail, DecisionMailView, Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Tag, type Tone } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { DecisionMailDialog } from './DecisionMailDialog'

interface Props {
  interview: Interview
  view: DecisionMailView
  /** The dialog is open. */
  writing: boolean
  onWriting: (writing: boolean) => void
}

/** The mail with the result: its state, and what the recruiter can do with it. */
export function DecisionMailSection({ interview, view, writing, onWriting }: Props) {
  const { t } = useTranslation(['translation', 'resultMail'])
  const { mail, draft, enabled, obstacle, obstacleText, waits } = view
  const [cancelling, setCancelling] = useState(false)
  if (!mail && !enabled) return null
  const canCancel = mail && (mail.state === 'scheduled' || mail.state === 'waiting')
  const isEdit = mail?.state === 'scheduled' && mail.kind === draft?.kind
  return (
    <div className="hm-stack hm-decision-mail">
      <h3 className="hm-decision-mail__title">{t('resultMail:title')}</h3>
      {mail && <MailState mail={mail} />}
      {waits && mail?.state === 'scheduled' && !mail.reason && <p className="hm-small">{waits}</p>}
      {obstacleText && obstacle !== 'sent' && obstacle !== 'disabled' && <p className="hm-small hm-muted">{obstacleText}</p>}
      <div className="hm-row">
        {draft && (
          <Button size="small" onClick={() => onWriting(true)}>
            {t(isEdit ? 'resultMail:edit' : 'resultMail:write')}
          </Button>
        )}
        {canCancel && (
          <Button size="small" onClick={() => setCancelling(true)}>
            {t('resultMail:cancel')}
          </Button>
        )}
      </div>
      {writing && draft && <DecisionMailDialog interview={interview} draft={draft} waits={waits} mail={isEdit ? mail : undefined} version={view.version} onClose={() => onWriting(false)} />}
      {cancelling && <CancelDialog interview={interview} version={view.version} onClose={() => setCancelling(false)} />}
    </div>
  )
}

const TONES: Record<DecisionMail['state'], Tone> = {
  scheduled: 'primary', sending: 'primary', waiting: 'warning', sent: 'success', failed: 'danger', cancelled: 'default',
}

function MailState({ mail: { kind, state, sendAt, sentAt, reason, savedBy, subject, body, language } }: { mail: DecisionMail }) {
  const { t } = useTranslation(['translation', 'resultMail'])
  const zone = useTimeZone()
  const time = formatDateTime(sentAt ?? sendAt, zone)
  return (
    <>
      <div className="hm-row">
        <Tag tone={TONES[state]}>{t(`resultMail:state.${state}`)}</Tag>
        <span className="hm-small hm-muted">
          {t(`resultMail:kind.${kind}`)} · {state === 'sent' ? t('resultMail:sentAt', { time }) : t('resultMail:plannedFor', { time, name: savedBy.name })}
        </span>
      </div>
      {reason && <p className="hm-small hm-wrap">{reason}</p>}
      <details className="hm-small">
        <summary>{t('resultMail:show')}</summary>
        <div className="hm-decision-mail__sheet" lang={language}>
          <p className="hm-strong">{subject}</p>
          <p className="hm-wrap">{body}</p>
        </div>
      </details>
    </>
  )
}

function CancelDialog({ interview, version, onClose }: { interview: Interview; version: number; onClose: () => void }) {
  const { t } = useTranslation(['translation', 'resultMail'])
  const cancel = useCancelDecisionMail(interview)
  return (
    <ConfirmDialog
      danger
      title={t('resultMail:cancelTitle')}
      confirmLabel={t('resultMail:cancel')}
      busy={cancel.isPending}
      error={cancel.error}
      onConfirm={() =>
        cancel.mutate(version, {
          onSuccess: () => {
            toast.success(t('resultMail:cancelled'))
            onClose()
          },
        })
      }
      onClose={onClose}
    >
      <p>{t('resultMail:cancelText', { name: interview.candidate.name })}</p>
    </ConfirmDialog>
  )
}
