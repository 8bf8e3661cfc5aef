import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRespond } from '@/api/interviews'
import type { Interview, Interviewer } from '@/api/types'
import { Button } from './Button'
import { Confirm } from './Confirm'
import { AreaField } from './Field'
import { useErrorText } from './states'
import { toast } from './toast'

interface Props {
  interview: Interview
  /** What was answered before: only the other answer is offered then. */
  before?: Interviewer['response']
  size?: 'small' | 'medium'
}

/** Accept or decline for the one who is asked. A decline may say why. */
export function AnswerButtons({ interview, before = 'pending', size = 'medium' }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const respond = useRespond(interview.id)
  const [declining, setDeclining] = useState(false)
  const [reason, setReason] = useState('')

  const accept = () =>
    respond.mutate(
      { response: 'accepted' },
      { onSuccess: () => toast.success(t('answer.acceptedToast')), onError: (err) => toast.error(errorText(err)) },
    )
  const decline = () =>
    respond.mutate(
      { response: 'declined', reason: reason.trim() || undefined },
      {
        onSuccess: () => {
          setDeclining(false)
          toast.success(t('answer.declinedToast'))
        },
      },
    )

  return (
    <div className="hm-row">
      {before !== 'accepted' && (
        <Button size={size} theme={before === 'pending' ? 'primary' : 'default'} disabled={respond.isPending} onClick={accept}>
          {before === 'pending' ? t('answer.accept') : t('answer.acceptAfterAll')}
        </Button>
      )}
      {before !== 'declined' && (
        <Button size={size} disabled={respond.isPending} onClick={() => setDeclining(true)}>
          {before === 'pending' ? t('answer.decline') : t('answer.declineAfterAll')}
        </Button>
      )}
      {declining && (
        <Confirm
          danger
          title={t('answer.declineTitle')}
          confirm={t('answer.decline')}
          busy={respond.isPending}
          error={respond.error}
          onConfirm={decline}
          onClose={() => setDeclining(false)}
        >
          <p>{t('answer.declineText', { name: interview.organizer.name })}</p>
          <AreaField label={t('answer.reason')} hint={t('common.optional')} value={reason} maxLength={200} onChange={setReason} />
        </Confirm>
      )}
    </div>
  )
}
