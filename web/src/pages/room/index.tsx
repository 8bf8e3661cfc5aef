import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { roomInfoQuery, toConnectionError } from '@/api/rooms'
import { ErrorState, Skeleton } from '@/ui/feedback'
import { ExternalRoom } from './ExternalRoom'
import { LiveRoom } from './LiveRoom'
import { ConnectionErrorPage } from './ConnectionErrorPage'
import './room.css'
import './editor.css'
import './panels.css'

/** The interview room for all roles: candidate, interviewer, recruiter, observer. */
export default function RoomPage() {
  const { id = '' } = useParams()
  const roomInfo = useQuery(roomInfoQuery(id))
  const connectionError = toConnectionError(roomInfo.error)
  const retry = () => void roomInfo.refetch()
  if (connectionError) return <ConnectionErrorPage error={connectionError} onRetry={retry} />
  if (roomInfo.error && !roomInfo.data) return <ErrorState error={roomInfo.error} onRetry={retry} />
  if (!roomInfo.data) return <Skeleton />
  if (roomInfo.data.kind !== 'builtin') return <ExternalRoom roomInfo={roomInfo.data} />
  return <LiveRoom key={id} roomInfo={roomInfo.data} />
}
