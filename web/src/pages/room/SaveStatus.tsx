import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoomSnapshot } from './RoomContext'

const SAVING_DELAY_MS = 600

/** "Saved", and only what takes long says that it is being saved: no flicker at each letter. */
export function SaveStatus() {
  const { t } = useTranslation('room')
  const unsavedCount = useRoomSnapshot((snapshot) => snapshot.unsavedCount)
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const slow = useDelayed(unsavedCount > 0)
  const text = !live && unsavedCount > 0 ? t('connection.unsaved', { count: unsavedCount }) : slow ? t('connection.saving') : t('connection.saved')
  return <span className={`room-saved hm-small${!live && unsavedCount > 0 ? ' room-saved--not' : ''}`}>{text}</span>
}

function useDelayed(pending: boolean): boolean {
  const [delayed, setDelayed] = useState(false)
  useEffect(() => {
    if (!pending) return setDelayed(false)
    const timer = setTimeout(() => setDelayed(true), SAVING_DELAY_MS)
    return () => clearTimeout(timer)
  }, [pending])
  return delayed
}
