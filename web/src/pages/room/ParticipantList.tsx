import { useTranslation } from 'react-i18next'
import { useRoomSnapshot } from './RoomContext'

const MAX_SHOWN = 4

/** Participants in the room with their cursor colours. */
export function ParticipantList() {
  const { t } = useTranslation('room')
  const people = useRoomSnapshot((snapshot) => snapshot.participants)
  const hiddenCount = people.length - MAX_SHOWN
  return (
    <ul className="room-participants" aria-label={t('bar.people', { count: people.length })}>
      {people.slice(0, MAX_SHOWN).map((person) => (
        <li key={person.id} className="room-participant" title={t(`people.role.${person.role}`)}>
          <span className={`room-dot room-peer-${person.color}`} aria-hidden="true" />
          {person.name}
        </li>
      ))}
      {hiddenCount > 0 && <li className="room-participant">+{hiddenCount}</li>}
    </ul>
  )
}
