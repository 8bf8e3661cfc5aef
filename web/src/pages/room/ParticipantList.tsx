import { useTranslation } from 'react-i18next'
import { useRoomSnapshot } from './RoomContext'

const MAX_SHOWN = 4

/** Who is here, with the colour of their cursor. */
export function ParticipantList() {
  const { t } = useTranslation('room')
  const people = useRoomSnapshot((snapshot) => snapshot.participants)
  const hiddenCount = people.length - MAX_SHOWN
  return (
    <ul className="room-faces" aria-label={t('bar.people', { count: people.length })}>
      {people.slice(0, MAX_SHOWN).map((person) => (
        <li key={person.id} className="room-face" title={t(`people.role.${person.role}`)}>
          <span className={`room-dot room-peer-${person.color}`} aria-hidden="true" />
          {person.name}
        </li>
      ))}
      {hiddenCount > 0 && <li className="room-face">+{hiddenCount}</li>}
    </ul>
  )
}
