import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { roomKindsQuery, showmebugQuery, useSetDefaultRoom } from '@/api/showmebug'
import type { RoomSettings } from '@/api/types'
import { useSession } from '@/app/useSession'
import { Card } from '@/ui/Page'
import { RoomKindPicker } from '@/ui/RoomKindPicker'
import { EmptyState, QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { AppointmentCard } from './AppointmentCard'
import { ConnectionCard } from './ConnectionCard'
import { MemberMapping } from './MemberMapping'
import './showmebug.css'

/** Default room kind, calendar and meetings, and the connection to ShowMeBug. */
export default function RoomSettingsTab() {
  const { t } = useTranslation()
  const administrator = useSession().roles.includes('administrator')
  const connection = useQuery({ ...showmebugQuery, enabled: administrator })
  if (!administrator) return <EmptyState title={t('error.forbidden')} />
  return (
    <>
      <DefaultRoomCard />
      <AppointmentCard />
      <QueryContent query={connection} lines={4}>
        {(loaded) => <ConnectionCard connection={loaded} />}
      </QueryContent>
      {connection.data?.connected && <MemberMapping />}
    </>
  )
}

function DefaultRoomCard() {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const rooms = useQuery(roomKindsQuery)
  const save = useSetDefaultRoom()
  const handleChange = (kind: RoomSettings['defaultKind']) =>
    save.mutate(kind, { onSuccess: () => toast.success(t('rooms.defaultSaved')), onError: (err) => toast.error(errorText(err)) })
  return (
    <Card title={t('rooms.default')}>
      <div className="hm-stack hm-rooms-default">
        <p className="hm-muted">{t('rooms.defaultHint')}</p>
        <QueryContent query={rooms} lines={2}>
          {({ defaultKind, kinds }) => (
            <RoomKindPicker
              label={t('rooms.default')}
              value={save.isPending ? save.variables : defaultKind}
              offered={['builtin', 'showmebug']}
              kinds={kinds}
              disabled={save.isPending}
              onChange={handleChange}
            />
          )}
        </QueryContent>
      </div>
    </Card>
  )
}
