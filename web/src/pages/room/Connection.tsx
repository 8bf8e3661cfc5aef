import { useTranslation } from 'react-i18next'
import { useRoom } from './context'

export function Connection() {
  const { t } = useTranslation('room')
  const state = useRoom((snapshot) => snapshot.connection)
  const latency = useRoom((snapshot) => snapshot.latencyMs)
  const title = state === 'live' && latency !== null ? t('connection.latency', { ms: latency }) : undefined
  return (
    <span className={`room-connection room-connection--${state}`} role="status" title={title}>
      <span className="room-connection__text">{t(`connection.${state}`)}</span>
    </span>
  )
}
