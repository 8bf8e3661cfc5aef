import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Participant } from '@/room/protocol'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useRoomContext } from './RoomContext'

export function AdmitButtons({ person }: { person: Participant }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const [confirming, setConfirming] = useState(false)
  const turnAway = () => {
    session.turnAwayParticipant(person)
    setConfirming(false)
  }
  return (
    <span className="hm-row">
      <Button size="small" theme="primary" onClick={() => session.admitParticipant(person)}>
        {t('people.admit')}
      </Button>
      <Button size="small" onClick={() => setConfirming(true)}>
        {t('people.turnAway')}
      </Button>
      {confirming && (
        <ConfirmDialog
          danger
          title={t('people.turnAwayTitle', { name: person.name })}
          confirmLabel={t('people.turnAway')}
          onConfirm={turnAway}
          onClose={() => setConfirming(false)}
        >
          <p>{t('people.turnAwayText')}</p>
        </ConfirmDialog>
      )}
    </span>
  )
}
