import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCancelInterview, useEndInterview, useStartInterview } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { limits } from '@/api/limits'
import { Button, ButtonLink } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EnterRoomLink, useOffersRoom } from '@/ui/EnterRoomLink'
import { ReplayLink } from '@/ui/ReplayLink'
import { AreaField } from '@/ui/Field'
import { useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** The actions that the user has permission for. */
export function InterviewActions({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { permissions, room, state, id } = interview
  const [openDialog, setOpenDialog] = useState<'cancel' | 'end'>()
  const offersRoom = useOffersRoom(interview)
  return (
    <>
      {permissions.edit && <ButtonLink to={`/interviews/${id}/edit`}>{t('interview.edit')}</ButtonLink>}
      {permissions.cancel && <Button onClick={() => setOpenDialog('cancel')}>{t('interview.cancel')}</Button>}
      {permissions.start && room.kind !== 'builtin' && state === 'scheduled' && <StartButton id={id} />}
      {permissions.end && state === 'in_progress' && <Button onClick={() => setOpenDialog('end')}>{t('interview.end')}</Button>}
      <ReplayLink interview={interview} />
      {offersRoom && <EnterRoomLink interview={interview} />}
      {openDialog === 'cancel' && <CancelDialog interview={interview} onClose={() => setOpenDialog(undefined)} />}
      {openDialog === 'end' && <EndDialog id={id} onClose={() => setOpenDialog(undefined)} />}
    </>
  )
}

function StartButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const start = useStartInterview(id)
  return (
    <Button loading={start.isPending} onClick={() => start.mutate(undefined, { onError: (err) => toast.error(errorText(err)) })}>
      {t('interview.start')}
    </Button>
  )
}

function CancelDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const { t } = useTranslation()
  const cancel = useCancelInterview(interview.id)
  const [reason, setReason] = useState('')
  const handleConfirm = () =>
    cancel.mutate(reason.trim(), {
      onSuccess: () => {
        onClose()
        toast.success(t('interview.cancelledToast'))
      },
    })
  return (
    <ConfirmDialog
      danger
      title={t('interview.cancelTitle')}
      confirmLabel={t('interview.cancel')}
      busy={cancel.isPending}
      error={cancel.error}
      onConfirm={handleConfirm}
      onClose={onClose}
    >
      <p>{t('interview.cancelText')}</p>
      <AreaField label={t('interview.cancelReason')} hint={t('interview.cancelReasonHint')} value={reason} limit={limits.CancelInput.reason} onChange={setReason} />
    </ConfirmDialog>
  )
}

function EndDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const end = useEndInterview(id)
  return (
    <ConfirmDialog
      danger
      title={t('interview.endTitle')}
      confirmLabel={t('interview.end')}
      busy={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('interview.endText')}</p>
    </ConfirmDialog>
  )
}
