import { useTranslation } from 'react-i18next'
import type { Activity, Participant } from '@/room/protocol'
import { hasPermission } from '@/room/store'
import { formatTime } from '@/time/format'
import { Person } from '@/ui/Person'
import { AdmitButtons } from './AdmitButtons'
import { useRoomSnapshot, useRoomTimeZone } from './RoomContext'

const MAX_ACTIVITY_SHOWN = 50

export function PeoplePanel() {
  const { t } = useTranslation('room')
  const people = useRoomSnapshot((snapshot) => snapshot.participants)
  const isStaff = useRoomSnapshot((snapshot) => snapshot.you?.role !== 'candidate')
  return (
    <div className="room-scroll room-people">
      <WaitingList />
      <section>
        <h2>{t('people.inRoom')}</h2>
        <ul>
          {people.map((person) => (
            <ParticipantRow key={person.id} person={person} />
          ))}
        </ul>
      </section>
      {isStaff && <ActivityLog />}
    </div>
  )
}

function WaitingList() {
  const { t } = useTranslation('room')
  const canAdmit = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'admit'))
  const waiting = useRoomSnapshot((snapshot) => snapshot.waitingParticipants)
  if (!canAdmit || waiting.length === 0) return null
  return (
    <section>
      <h2>{t('people.waiting')}</h2>
      <ul>
        {waiting.map((person) => (
          <li key={person.id + (person.device ?? '')} className="room-person">
            <span className="hm-grow">
              <Person name={person.name} />
            </span>
            <AdmitButtons person={person} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function ParticipantRow({ person }: { person: Participant }) {
  const { t } = useTranslation('room')
  const isYou = useRoomSnapshot((snapshot) => snapshot.you?.id === person.id)
  return (
    <li className="room-person">
      <span className={`room-dot room-peer-${person.color}`} aria-hidden="true" />
      <span className="hm-grow hm-row">
        <Person name={person.name} />
        {isYou && <span className="hm-muted hm-small">{t('people.you')}</span>}
      </span>
      <span className="hm-muted hm-small">{t(`people.role.${person.role}`)}</span>
    </li>
  )
}

/** Focus changes and pastes of the candidate. The page lists them without a judgement. */
function ActivityLog() {
  const { t } = useTranslation('room')
  const activity = useRoomSnapshot((snapshot) => snapshot.activity)
  const zone = useRoomTimeZone()
  const shown = activity.slice(-MAX_ACTIVITY_SHOWN).reverse()
  return (
    <section>
      <h2>{t('people.activity')}</h2>
      <p className="hm-muted hm-small">{t('people.activityHint')}</p>
      {shown.length === 0 && <p className="hm-muted">{t('people.activityNone')}</p>}
      <ol>
        {shown.map((sign, index) => (
          <li key={activity.length - index} className="room-activity hm-small">
            <time className="hm-muted hm-num" dateTime={sign.at}>
              {formatTime(sign.at, zone)}
            </time>
            <ActivityText activity={sign} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function ActivityText({ activity }: { activity: Activity }) {
  const { t } = useTranslation('room')
  const name = useRoomSnapshot((snapshot) => snapshot.peopleById.get(activity.participantId)?.name ?? '')
  if (activity.kind === 'focus') return <span>{t('people.focus', { name })}</span>
  if (activity.kind === 'blur') return <span>{t('people.blur', { name })}</span>
  const paste = { name, count: activity.length ?? 0 }
  return <span>{activity.outside ? t('people.pasteOutside', paste) : t('people.pasteInside', paste)}</span>
}
