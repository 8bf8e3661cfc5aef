import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReschedule, useRetryRoom } from '@/api/interviews'
import type { Interview, Room } from '@/api/types'
import { useZone } from '@/app/useSession'
import { formatMoment } from '@/time/format'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Note, useErrorText } from '@/ui/states'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'

const tones: Record<Room['state'], Tone> = { preparing: 'warning', ready: 'success', failed: 'danger' }

/** How far a room is that somebody else has to make, as long as it is needed. */
export function RoomStateTag({ interview: { room, state } }: { interview: Interview }) {
  const { t } = useTranslation()
  if (room.kind !== 'showmebug' || !isOpen(state)) return null
  return <Tag tone={tones[room.state]}>{t(`room.states.${room.state}`)}</Tag>
}

function isOpen(state: Interview['state']): boolean {
  return state === 'scheduled' || state === 'in_progress'
}

/** Why there is no room yet, and what can be done about it. */
export function RoomNote({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const zone = useZone()
  const { room, state, permissions } = interview
  // A room that is ready may have a failure too: the last change did not reach it.
  if (!isOpen(state) || (room.state === 'ready' && !room.failure)) return null
  return (
    <Note tone={room.state === 'failed' ? 'error' : room.failure ? 'warning' : 'info'} actions={permissions.edit && <Ways interview={interview} />}>
      {room.failure ? <p>{room.failure.message}</p> : <p>{t('room.preparing')}</p>}
      {room.failure && room.nextAttemptAt && <p className="hm-small hm-muted">{t('room.next', { time: formatMoment(room.nextAttemptAt, zone) })}</p>}
    </Note>
  )
}

// Once something failed. A try that begins meanwhile closes no dialog.
function Ways({ interview: { id, room } }: { interview: Interview }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const [asking, setAsking] = useState(false)
  const retry = useRetryRoom(id)
  const change = useReschedule(id)
  const toBuiltin = () =>
    change.mutate(
      // No version: a try that ended meanwhile is nobody's edit.
      { room: { kind: 'builtin' }, overrideWarnings: true },
      {
        onSuccess: () => {
          setAsking(false)
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
          <Button size="small" onClick={() => setAsking(true)}>
            {t('room.switch')}
          </Button>
        </>
      )}
      {asking && (
        <Confirm
          title={t('room.switchTitle')}
          confirm={t('room.switch')}
          busy={change.isPending}
          error={change.error}
          onConfirm={toBuiltin}
          onClose={() => setAsking(false)}
        >
          <p>{t('room.switchText')}</p>
        </Confirm>
      )}
    </>
  )
}
