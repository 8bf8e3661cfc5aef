import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { approvalsQuery, useApplyForApproval } from '@/api/approvals'
import { decisionMailQuery } from '@/api/decisionMails'
import { useSaveDecision } from '@/api/interviews'
import type { ApprovalView, Decision, Interview } from '@/api/types'
import { limits } from '@/api/limits'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button, ButtonLink } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { AreaField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Note, useErrorText } from '@/ui/feedback'
import { DecisionTag } from '@/ui/stateTags'
import { toast } from '@/ui/toast'
import { ApprovalSection, isInWeCom } from './ApprovalSection'
import { DecisionMailSection } from './DecisionMail'

const decisions: Decision[] = ['hire', 'next_round', 'hold', 'no_hire']

/** The decision, with a form for users with the decide permission. */
export function ResultCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation(['translation', 'resultMail'])
  const zone = useTimeZone()
  const { result, permissions } = interview
  const [editing, setEditing] = useState(!result)
  const [writing, setWriting] = useState(false)
  const mail = useQuery({ ...decisionMailQuery(interview), enabled: permissions.decide })
  const approvals = useQuery(approvalsQuery(interview))
  const changeButton = permissions.decide && result && !editing && (
    <Button size="small" variant="text" theme="primary" onClick={() => setEditing(true)}>
      {t('result.change')}
    </Button>
  )
  return (
    <Card title={t('result.title')} actions={changeButton}>
      {result && !editing ? (
        <div className="hm-stack">
          <div className="hm-row">
            <DecisionTag decision={result.decision} />
            <span className="hm-small hm-muted">
              {t('result.by', { name: result.decidedBy.name, time: formatDateTime(result.decidedAt, zone) })}
            </span>
          </div>
          {result.comment && <p className="hm-wrap">{result.comment}</p>}
          {permissions.decide && result.decision === 'next_round' && (
            <div>
              <ButtonLink size="small" to={`/interviews/new?after=${interview.id}`}>
                {t('overview.act.next_round')}
              </ButtonLink>
            </div>
          )}
        </div>
      ) : (
        <DecisionForm
          interview={interview}
          canMail={mail.data?.enabled ?? false}
          approvals={approvals.data}
          onDone={(withMail) => {
            setEditing(false)
            setWriting(withMail)
          }}
        />
      )}
      {result && !editing && approvals.data && <ApprovalSection interview={interview} view={approvals.data} />}
      {result && !editing && mail.data && <DecisionMailSection interview={interview} view={mail.data} writing={writing} onWriting={setWriting} />}
    </Card>
  )
}

/** Decisions about which candidates are mailed. */
const mailed: (Decision | '')[] = ['hire', 'next_round', 'no_hire']

interface FormProps {
  interview: Interview
  canMail: boolean
  approvals?: ApprovalView
  onDone: (withMail: boolean) => void
}

function DecisionForm({ interview, canMail, approvals, onDone }: FormProps) {
  const { t } = useTranslation(['translation', 'resultMail', 'approval'])
  const errorText = useErrorText()
  const decide = useSaveDecision(interview.id)
  const [decision, setDecision] = useState<Decision | ''>(interview.result?.decision ?? '')
  const [comment, setComment] = useState(interview.result?.comment ?? '')
  const [withMail, setWithMail] = useState(false)
  const [withApproval, setWithApproval] = useState(false)
  const apply = useApplyForApproval(interview)
  const isNew = decision !== interview.result?.decision
  const needsApproval = approvals?.enabled && decision === 'hire' && isNew
  const leavesRequest = isNew && approvals?.items.some((one) => !one.superseded && isInWeCom(one))
  const offersMail = canMail && mailed.includes(decision)
  const handleSave = () => {
    if (!decision) return
    decide.mutate(
      { decision, comment: comment.trim() },
      {
        onSuccess: () => {
          if (needsApproval && !approvals.required && withApproval) apply.mutate()
          onDone(offersMail && withMail)
          toast.success(t('result.savedToast'))
        },
      },
    )
  }
  return (
    <div className="hm-stack">
      <div>
        <SegmentedControl
          label={t('result.title')}
          value={decision}
          options={decisions.map((value) => ({ value, label: t(`decision.${value}`) }))}
          onChange={setDecision}
        />
      </div>
      <AreaField label={t('result.comment')} hint={t('result.commentHint')} value={comment} limit={limits.ResultInput.comment} onChange={setComment} />
      {leavesRequest && <Note tone="warning">{t('approval:changing')}</Note>}
      {needsApproval && approvals.required && <Note>{t('approval:automatic')}</Note>}
      {needsApproval && !approvals.required && (
        <div className="hm-field">
          <Checkbox checked={withApproval} onChange={setWithApproval}>
            {t('approval:tick')}
          </Checkbox>
          <div className="hm-field__hint">{t('approval:tickHint')}</div>
        </div>
      )}
      {offersMail && (
        <div className="hm-field">
          <Checkbox checked={withMail} onChange={setWithMail}>
            {t('resultMail:tick')}
          </Checkbox>
          <div className="hm-field__hint">{t('resultMail:tickHint')}</div>
        </div>
      )}
      {decide.error && <Note tone="error">{errorText(decide.error)}</Note>}
      <div>
        <Button theme="primary" disabled={!decision} loading={decide.isPending} onClick={handleSave}>
          {t('result.save')}
        </Button>
      </div>
    </div>
  )
}
