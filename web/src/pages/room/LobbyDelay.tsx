import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { roomDelayQuery } from '@/api/rooms'
import { formatTime } from '@/time/format'
import { Note } from '@/ui/feedback'
import { useRoomContext, useRoomTimeZone } from './RoomContext'

/** Shown to the candidate while an interviewer is late. */
export function LobbyDelay() {
  const { t } = useTranslation('room')
  const zone = useRoomTimeZone()
  const { data: delay } = useQuery(roomDelayQuery(useRoomContext().roomInfo))
  if (!delay) return null
  return <Note tone="warning">{t(delay.all ? 'lobby.lateAll' : 'lobby.lateOne', { minutes: delay.minutes, time: formatTime(delay.expectedAt, zone) })}</Note>
}
