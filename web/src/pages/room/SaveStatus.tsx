import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoomSnapshot } from './RoomContext'

const SAVING_DELAY_MS = 600

/** The save state. "Saving" is shown only after SAVING_DELAY_MS, to avoid flicker on each keystroke. */
export function SaveStatus() {
  const { t } = useTranslation('room')
  const unsavedCount = useRoomSnapshot((snapshot) => snapshot.unsavedCount)
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const slow = useDelayed(unsavedCount > 0)
  const text = !live && unsavedCount > 0 ? t('connection.unsaved', { count: unsavedCount }) : slow ? t('connection.saving') : t('connection.saved')
  return <span className={`room-save-status hm-small${!live && unsavedCount > 0 ? ' room-save-status--pending' : ''}`}>{text}</span>
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
