import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCancel, useEnd, useStart } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { Button, ButtonLink } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { EnterRoom } from '@/ui/EnterRoom'
import { AreaField } from '@/ui/Field'
import { useErrorText } from '@/ui/states'
import { toast } from '@/ui/toast'

/** What the reader may do with the interview now. */
export function Actions({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { permissions, room, state, id } = interview
  const [asking, setAsking] = useState<'cancel' | 'end'>()
  const over = state === 'ended' || state === 'cancelled'
  const enterable = !over && permissions.enter
  return (
    <>
      {permissions.edit && <ButtonLink to={`/interviews/${id}/edit`}>{t('interview.edit')}</ButtonLink>}
      {permissions.cancel && <Button onClick={() => setAsking('cancel')}>{t('interview.cancel')}</Button>}
      {permissions.start && room.kind !== 'builtin' && state === 'scheduled' && <StartButton id={id} />}
      {permissions.end && state === 'in_progress' && <Button onClick={() => setAsking('end')}>{t('interview.end')}</Button>}
      {enterable && <EnterRoom interview={interview} />}
      {asking === 'cancel' && <CancelDialog interview={interview} onClose={() => setAsking(undefined)} />}
      {asking === 'end' && <EndDialog id={id} onClose={() => setAsking(undefined)} />}
    </>
  )
}

function StartButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const start = useStart(id)
  return (
    <Button loading={start.isPending} onClick={() => start.mutate(undefined, { onError: (err) => toast.error(errorText(err)) })}>
      {t('interview.start')}
    </Button>
  )
}

function CancelDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const { t } = useTranslation()
  const cancel = useCancel(interview.id)
  const [reason, setReason] = useState('')
  const onConfirm = () =>
    cancel.mutate(reason.trim(), {
      onSuccess: () => {
        onClose()
        toast.success(t('interview.cancelledToast'))
      },
    })
  return (
    <Confirm
      danger
      title={t('interview.cancelTitle')}
      confirm={t('interview.cancel')}
      busy={cancel.isPending}
      error={cancel.error}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{t('interview.cancelText')}</p>
      <AreaField label={t('interview.cancelReason')} hint={t('interview.cancelReasonHint')} maxLength={200} value={reason} onChange={setReason} />
    </Confirm>
  )
}

function EndDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const end = useEnd(id)
  return (
    <Confirm
      danger
      title={t('interview.endTitle')}
      confirm={t('interview.end')}
      busy={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('interview.endText')}</p>
    </Confirm>
  )
}
