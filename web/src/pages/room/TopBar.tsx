import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ChevronLeftIcon } from '@/ui/icons'
import { may } from '@/room/store'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Connection } from './Connection'
import { useHere, useRoom } from './context'
import { Faces } from './Faces'
import { Timer } from './Timer'

export function TopBar() {
  const { t } = useTranslation('room')
  const { door } = useHere()
  const staff = useRoom((snapshot) => snapshot.you?.role !== 'candidate')
  return (
    <header className="room-bar">
      {staff && (
        <Link className="hm-icon-button" to={`/interviews/${door.interviewId}`} aria-label={t('bar.home')}>
          <ChevronLeftIcon />
        </Link>
      )}
      <h1 className="room-bar__title hm-cut" title={door.title}>
        {door.title}
      </h1>
      <Timer />
      <span className="hm-grow" />
      <Faces />
      <Connection />
      <EndButton />
    </header>
  )
}

function EndButton() {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const allowed = useRoom((snapshot) => may(snapshot, 'end'))
  const live = useRoom((snapshot) => snapshot.connection === 'live')
  const [asking, setAsking] = useState(false)
  if (!allowed) return null
  const end = () => {
    session.end()
    setAsking(false)
  }
  return (
    <>
      <Button theme="danger" variant="outline" disabled={!live} onClick={() => setAsking(true)}>
        {t('bar.end')}
      </Button>
      {asking && (
        <Confirm danger title={t('bar.endTitle')} confirm={t('bar.end')} onConfirm={end} onClose={() => setAsking(false)}>
          <p>{t('bar.endText')}</p>
        </Confirm>
      )}
    </>
  )
}
