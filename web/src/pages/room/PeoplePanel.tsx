import { useTranslation } from 'react-i18next'
import type { Activity, Participant } from '@/room/protocol'
import { may } from '@/room/store'
import { formatClock } from '@/time/format'
import { Person } from '@/ui/Person'
import { AdmitButtons } from './AdmitButtons'
import { useRoom } from './context'

const SHOWN_SIGNS = 50

export function PeoplePanel() {
  const { t } = useTranslation('room')
  const people = useRoom((snapshot) => snapshot.participants)
  const staff = useRoom((snapshot) => snapshot.you?.role !== 'candidate')
  return (
    <div className="room-scroll room-people">
      <AtTheDoor />
      <section>
        <h2>{t('people.inRoom')}</h2>
        <ul>
          {people.map((person) => (
            <Row key={person.id} person={person} />
          ))}
        </ul>
      </section>
      {staff && <Signs />}
    </div>
  )
}

function AtTheDoor() {
  const { t } = useTranslation('room')
  const allowed = useRoom((snapshot) => may(snapshot, 'admit'))
  const waiting = useRoom((snapshot) => snapshot.atTheDoor)
  if (!allowed || waiting.length === 0) return null
  return (
    <section>
      <h2>{t('people.waiting')}</h2>
      <ul>
        {waiting.map((person) => (
          <li key={person.id} className="room-person">
            <span className="hm-grow">
              <Person name={person.name} avatar={person.avatar} />
            </span>
            <AdmitButtons person={person} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Row({ person }: { person: Participant }) {
  const { t } = useTranslation('room')
  const you = useRoom((snapshot) => snapshot.you?.id === person.id)
  return (
    <li className="room-person">
      <span className={`room-dot room-peer-${person.color}`} aria-hidden="true" />
      <span className="hm-grow hm-row">
        <Person name={person.name} avatar={person.avatar} />
        {you && <span className="hm-muted hm-small">{t('people.you')}</span>}
      </span>
      <span className="hm-muted hm-small">{t(`people.role.${person.role}`)}</span>
    </li>
  )
}

/** When the candidate left the window or pasted: for a person to weigh, never a verdict. */
function Signs() {
  const { t } = useTranslation('room')
  const activity = useRoom((snapshot) => snapshot.activity)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const shown = activity.slice(-SHOWN_SIGNS).reverse()
  return (
    <section>
      <h2>{t('people.activity')}</h2>
      <p className="hm-muted hm-small">{t('people.activityHint')}</p>
      {shown.length === 0 && <p className="hm-muted">{t('people.activityNone')}</p>}
      <ol>
        {shown.map((sign, index) => (
          <li key={activity.length - index} className="room-sign hm-small">
            <time className="hm-muted hm-num" dateTime={sign.at}>
              {formatClock(sign.at, zone)}
            </time>
            <Sign sign={sign} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Sign({ sign }: { sign: Activity }) {
  const { t } = useTranslation('room')
  const name = useRoom((snapshot) => snapshot.people.get(sign.participantId)?.name ?? '')
  if (sign.kind === 'focus') return <span>{t('people.focus', { name })}</span>
  if (sign.kind === 'blur') return <span>{t('people.blur', { name })}</span>
  const paste = { name, count: sign.length ?? 0 }
  return <span>{sign.outside ? t('people.pasteOutside', paste) : t('people.pasteInside', paste)}</span>
}
