import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Participant } from '@/room/protocol'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { useHere } from './context'

export function AdmitButtons({ person }: { person: Participant }) {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const [asking, setAsking] = useState(false)
  const turnAway = () => {
    session.turnAway(person.id)
    setAsking(false)
  }
  return (
    <span className="hm-row">
      <Button size="small" theme="primary" onClick={() => session.admit(person.id)}>
        {t('people.admit')}
      </Button>
      <Button size="small" onClick={() => setAsking(true)}>
        {t('people.turnAway')}
      </Button>
      {asking && (
        <Confirm
          danger
          title={t('people.turnAwayTitle', { name: person.name })}
          confirm={t('people.turnAway')}
          onConfirm={turnAway}
          onClose={() => setAsking(false)}
        >
          <p>{t('people.turnAwayText')}</p>
        </Confirm>
      )}
    </span>
  )
}
