import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hasPermission } from '@/room/store'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { LogoutIcon } from '@/ui/icons'
import { useIsNarrow } from '@/ui/useIsNarrow'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

/** Leaves the room, which does not end the interview. */
export function LeaveButton() {
  const { t } = useTranslation('room')
  const { leave } = useRoomContext()
  const narrow = useIsNarrow()
  const ended = useRoomSnapshot((snapshot) => snapshot.room?.state === 'ended')
  const isCandidate = useRoomSnapshot((snapshot) => snapshot.you?.role === 'candidate')
  const canEnd = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'end'))
  const [confirming, setConfirming] = useState(false)
  if (ended) return null
  return (
    <>
      {narrow ? (
        <button type="button" className="hm-icon-button" aria-label={t('bar.leave')} onClick={() => setConfirming(true)}>
          <LogoutIcon />
        </button>
      ) : (
        <Button variant="outline" onClick={() => setConfirming(true)}>
          {t('bar.leave')}
        </Button>
      )}
      {confirming && (
        <ConfirmDialog title={t('bar.leaveTitle')} confirmLabel={t('bar.leave')} onConfirm={leave} onClose={() => setConfirming(false)}>
          <p>{t(isCandidate ? 'bar.leaveCandidate' : 'bar.leaveStaff')}</p>
          {canEnd && <p className="hm-muted">{t('bar.leaveIsNoEnd')}</p>}
        </ConfirmDialog>
      )}
    </>
  )
}
