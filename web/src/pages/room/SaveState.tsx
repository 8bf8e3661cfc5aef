import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoom } from './context'

const SLOW_MS = 600

/** "Saved", and only what takes long says that it is being saved: no flicker at each letter. */
export function SaveState() {
  const { t } = useTranslation('room')
  const unsaved = useRoom((snapshot) => snapshot.unsaved)
  const live = useRoom((snapshot) => snapshot.connection === 'live')
  const slow = useSlow(unsaved > 0)
  const text = !live && unsaved > 0 ? t('connection.unsaved', { count: unsaved }) : slow ? t('connection.saving') : t('connection.saved')
  return <span className={`room-saved hm-small${!live && unsaved > 0 ? ' room-saved--not' : ''}`}>{text}</span>
}

function useSlow(pending: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!pending) return setSlow(false)
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [pending])
  return slow
}
