import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRespondToInvitation } from '@/api/interviews'
import type { Interview, Interviewer } from '@/api/types'
import { limits } from '@/api/limits'
import { Button } from './Button'
import { ConfirmDialog } from './ConfirmDialog'
import { AreaField } from './Field'
import { useErrorText } from './feedback'
import { toast } from './toast'

interface Props {
  interview: Interview
  /** After a response only the opposite button is shown. */
  currentResponse?: Interviewer['response']
  size?: 'small' | 'medium'
}

/** Accept and decline buttons for the signed-in interviewer. A decline may have a reason. */
export function ResponseButtons({ interview, currentResponse = 'pending', size = 'medium' }: Props) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const respond = useRespondToInvitation(interview.id)
  const [declining, setDeclining] = useState(false)
  const [reason, setReason] = useState('')

  const handleAccept = () =>
    respond.mutate(
      { response: 'accepted' },
      { onSuccess: () => toast.success(t('answer.acceptedToast')), onError: (err) => toast.error(errorText(err)) },
    )
  const handleDecline = () =>
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
      {currentResponse !== 'accepted' && (
        <Button size={size} theme="primary" disabled={respond.isPending} onClick={handleAccept}>
          {currentResponse === 'pending' ? t('answer.accept') : t('answer.acceptAfterAll')}
        </Button>
      )}
      {currentResponse !== 'declined' && (
        <Button size={size} disabled={respond.isPending} onClick={() => setDeclining(true)}>
          {currentResponse === 'pending' ? t('answer.decline') : t('answer.declineAfterAll')}
        </Button>
      )}
      {declining && (
        <ConfirmDialog
          danger
          title={t('answer.declineTitle')}
          confirmLabel={t('answer.decline')}
          busy={respond.isPending}
          error={respond.error}
          onConfirm={handleDecline}
          onClose={() => setDeclining(false)}
        >
          <p>{t('answer.declineText', { name: interview.organizer.name })}</p>
          <AreaField label={t('answer.reason')} hint={t('common.optional')} value={reason} limit={limits.ResponseInput.reason} onChange={setReason} />
        </ConfirmDialog>
      )}
    </div>
  )
}
