import { useTranslation } from 'react-i18next'
import { may } from '@/room/store'
import { Button, ButtonLink } from '@/ui/Button'
import { AdmitButtons } from './AdmitButtons'
import { useHere, useRoom } from './context'

/** What must not be overlooked, above everything else. */
export function Banners() {
  const { t } = useTranslation('room')
  return (
    <aside aria-label={t('banner.label')}>
      <Offline />
      <Knocks />
      <Prepare />
      <Ended />
    </aside>
  )
}

function Offline() {
  const { t } = useTranslation('room')
  const broken = useRoom((snapshot) => snapshot.connection === 'reconnecting')
  if (!broken) return null
  return (
    <div className="room-banner room-banner--warning" role="status">
      {t('connection.offlineNote')}
    </div>
  )
}

function Knocks() {
  const { t } = useTranslation('room')
  const allowed = useRoom((snapshot) => may(snapshot, 'admit'))
  const atTheDoor = useRoom((snapshot) => snapshot.atTheDoor)
  if (!allowed) return null
  return atTheDoor.map((person) => (
    <div key={person.id} className="room-banner room-banner--knock" role="alert">
      <span className="hm-grow">{t('people.knocking', { name: person.name })}</span>
      <AdmitButtons person={person} />
    </div>
  ))
}

function Prepare() {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const lobby = useRoom((snapshot) => snapshot.room?.state === 'lobby' && may(snapshot, 'admit'))
  const knocking = useRoom((snapshot) => snapshot.atTheDoor.length > 0)
  if (!lobby || knocking) return null
  return (
    <div className="room-banner">
      <span className="hm-grow">{t('banner.prepare')}</span>
      <Button size="small" onClick={() => session.start()}>
        {t('banner.start')}
      </Button>
    </div>
  )
}

function Ended() {
  const { t } = useTranslation('room')
  const { door } = useHere()
  const ended = useRoom((snapshot) => snapshot.room?.state === 'ended')
  const role = useRoom((snapshot) => snapshot.you?.role)
  if (!ended) return null
  if (role === 'candidate') {
    const thanks = door.company ? t('banner.endedCandidate', { company: door.company }) : t('banner.endedCandidatePlain')
    return (
      <div className="room-banner room-banner--ended" role="status">
        {thanks}
      </div>
    )
  }
  const address = `/interviews/${door.interviewId}`
  return (
    <div className="room-banner room-banner--ended" role="status">
      <span className="hm-grow">{t('banner.endedStaff')}</span>
      {role === 'interviewer' && (
        <ButtonLink size="small" theme="primary" to={`${address}/scorecard`}>
          {t('banner.scorecard')}
        </ButtonLink>
      )}
      <ButtonLink size="small" to={address}>
        {t('banner.detail')}
      </ButtonLink>
    </div>
  )
}
