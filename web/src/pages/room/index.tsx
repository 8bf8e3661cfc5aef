import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { doorQuery, refusalOf } from '@/api/rooms'
import { addTexts } from '@/i18n'
import { ErrorState, Skeleton } from '@/ui/states'
import { LinkRoom } from './LinkRoom'
import { LiveRoom } from './LiveRoom'
import { Refused } from './Refused'
import './room.css'
import './editor.css'
import './panels.css'

await addTexts('room')

/** The room for everybody: candidate, interviewer, recruiter, observer. */
export default function RoomPage() {
  const { id = '' } = useParams()
  const door = useQuery(doorQuery(id))
  const refusal = refusalOf(door.error)
  const again = () => void door.refetch()
  if (refusal) return <Refused refusal={refusal} retry={again} />
  if (door.error && !door.data) return <ErrorState error={door.error} retry={again} />
  if (!door.data) return <Skeleton />
  if (door.data.kind !== 'builtin') return <LinkRoom door={door.data} />
  return <LiveRoom key={id} door={door.data} />
}
