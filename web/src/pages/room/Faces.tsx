import { useTranslation } from 'react-i18next'
import { useRoom } from './context'

const SHOWN = 4

/** Who is here, with the colour of their cursor. */
export function Faces() {
  const { t } = useTranslation('room')
  const people = useRoom((snapshot) => snapshot.participants)
  const more = people.length - SHOWN
  return (
    <ul className="room-faces" aria-label={t('bar.people', { count: people.length })}>
      {people.slice(0, SHOWN).map((person) => (
        <li key={person.id} className="room-face" title={t(`people.role.${person.role}`)}>
          <span className={`room-dot room-peer-${person.color}`} aria-hidden="true" />
          {person.name}
        </li>
      ))}
      {more > 0 && <li className="room-face">+{more}</li>}
    </ul>
  )
}
