import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isOpen } from '@/api/interviewState'
import { useUpdateInterview, useRetryRoom } from '@/api/interviews'
import type { Interview, Room } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Note, useErrorText } from '@/ui/feedback'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'

const tones: Record<Room['state'], Tone> = { preparing: 'warning', ready: 'success', failed: 'danger' }

/** State of a ShowMeBug room while the interview is scheduled or in progress. */
export function RoomStateTag({ interview: { room, state } }: { interview: Interview }) {
  const { t } = useTranslation()
  if (room.kind !== 'showmebug' || !isOpen(state)) return null
  return <Tag tone={tones[room.state]}>{t(`room.states.${room.state}`)}</Tag>
}

/** Why the room is not ready, with the possible actions. */
export function RoomNote({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const { room, state, permissions } = interview
  // A ready room can have a failure too: its last update failed.
  if (!isOpen(state) || (room.state === 'ready' && !room.failure)) return null
  return (
    <Note tone={room.state === 'failed' ? 'error' : room.failure ? 'warning' : 'info'} actions={permissions.edit && <RoomRecoveryButtons interview={interview} />}>
      {room.failure ? <p>{room.failure.message}</p> : <p>{t('room.preparing')}</p>}
      {room.failure && room.nextAttemptAt && <p className="hm-small hm-muted">{t('room.next', { time: formatDateTime(room.nextAttemptAt, zone) })}</p>}
    </Note>
  )
}

// Buttons appear after a failure. The dialog stays open when a retry starts meanwhile.
function RoomRecoveryButtons({ interview: { id, room } }: { interview: Interview }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const [confirming, setConfirming] = useState(false)
  const retry = useRetryRoom(id)
  const updateInterview = useUpdateInterview(id)
  const switchToBuiltin = () =>
    updateInterview.mutate(
      // No version: a retry that finished meanwhile must not cause a conflict.
      { room: { kind: 'builtin' }, overrideWarnings: true },
      {
        onSuccess: () => {
          setConfirming(false)
          toast.success(t('room.switched'))
        },
      },
    )
  return (
    <>
      {room.failure && (
        <>
          <Button size="small" loading={retry.isPending} onClick={() => retry.mutate(undefined, { onError: (err) => toast.error(errorText(err)) })}>
            {t('room.retry')}
          </Button>
          <Button size="small" onClick={() => setConfirming(true)}>
            {t('room.switch')}
          </Button>
        </>
      )}
      {confirming && (
        <ConfirmDialog
          title={t('room.switchTitle')}
          confirmLabel={t('room.switch')}
          busy={updateInterview.isPending}
          error={updateInterview.error}
          onConfirm={switchToBuiltin}
          onClose={() => setConfirming(false)}
        >
          <p>{t('room.switchText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
