import { useTranslation } from 'react-i18next'
import { useRoomSnapshot } from './RoomContext'

export function ConnectionStatus() {
  const { t } = useTranslation('room')
  const state = useRoomSnapshot((snapshot) => snapshot.connection)
  const latency = useRoomSnapshot((snapshot) => snapshot.latencyMs)
  const title = state === 'live' && latency !== null ? t('connection.latency', { ms: latency }) : undefined
  return (
    <span className={`room-connection room-connection--${state}`} role="status" title={title}>
      <span className="room-connection__text">{t(`connection.${state}`)}</span>
    </span>
  )
}
