import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { decisionMailQuery } from '@/api/decisionMails'
import { useSaveDecision } from '@/api/interviews'
import type { Decision, Interview } from '@/api/types'
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
          onDone={(withMail) => {
            setEditing(false)
            setWriting(withMail)
          }}
        />
      )}
      {result && !editing && mail.data && <DecisionMailSection interview={interview} view={mail.data} writing={writing} onWriting={setWriting} />}
    </Card>
  )
}

/** Decisions about which candidates are mailed. */
const mailed: (Decision | '')[] = ['hire', 'next_round', 'no_hire']

function DecisionForm({ interview, canMail, onDone }: { interview: Interview; canMail: boolean; onDone: (withMail: boolean) => void }) {
  const { t } = useTranslation(['translation', 'resultMail'])
  const errorText = useErrorText()
  const decide = useSaveDecision(interview.id)
  const [decision, setDecision] = useState<Decision | ''>(interview.result?.decision ?? '')
  const [comment, setComment] = useState(interview.result?.comment ?? '')
  const [withMail, setWithMail] = useState(false)
  const offersMail = canMail && mailed.includes(decision)
  const handleSave = () => {
    if (!decision) return
    decide.mutate(
      { decision, comment: comment.trim() },
      {
        onSuccess: () => {
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
