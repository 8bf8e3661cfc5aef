import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { roomKindsQuery, showmebugQuery, useSetDefaultRoom } from '@/api/showmebug'
import type { RoomSettings } from '@/api/types'
import { useSession } from '@/app/useSession'
import { addTexts } from '@/i18n'
import { Card } from '@/ui/Page'
import { RoomChoice } from '@/ui/RoomChoice'
import { Empty, Loaded, useErrorText } from '@/ui/states'
import { toast } from '@/ui/toast'
import { Connection } from './Connection'
import { Members } from './Members'
import './showmebug.css'

await addTexts('admin')

/** Which rooms the company has, and its connection to ShowMeBug. */
export default function RoomSettingsTab() {
  const { t } = useTranslation()
  const administrator = useSession().roles.includes('administrator')
  const connection = useQuery({ ...showmebugQuery, enabled: administrator })
  if (!administrator) return <Empty title={t('error.forbidden')} />
  return (
    <>
      <DefaultRoom />
      <Loaded query={connection} lines={4}>
        {(loaded) => <Connection connection={loaded} />}
      </Loaded>
      {connection.data?.connected && <Members />}
    </>
  )
}

function DefaultRoom() {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const rooms = useQuery(roomKindsQuery)
  const save = useSetDefaultRoom()
  const choose = (kind: RoomSettings['defaultKind']) =>
    save.mutate(kind, { onSuccess: () => toast.success(t('rooms.defaultSaved')), onError: (err) => toast.error(errorText(err)) })
  return (
    <Card title={t('rooms.default')}>
      <div className="hm-stack hm-rooms-default">
        <p className="hm-muted">{t('rooms.defaultHint')}</p>
        <Loaded query={rooms} lines={2}>
          {({ defaultKind, kinds }) => (
            <RoomChoice
              label={t('rooms.default')}
              value={save.isPending ? save.variables : defaultKind}
              offered={['builtin', 'showmebug']}
              kinds={kinds}
              disabled={save.isPending}
              onChange={choose}
            />
          )}
        </Loaded>
      </div>
    </Card>
  )
}
