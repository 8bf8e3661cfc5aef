import { useTranslation } from 'react-i18next'
import type { RoomInfo } from '@/room/protocol'
import { Button, ButtonLink } from '@/ui/Button'
import { CardPage } from '../../app/CardPage'

/** Shown after the user has left the room, in which the interview goes on. */
export function LeftRoomPage({ roomInfo, onReturn }: { roomInfo: RoomInfo; onReturn: () => void }) {
  const { t } = useTranslation('room')
  const isCandidate = roomInfo.you.role === 'candidate'
  return (
    <CardPage title={t('left.title')} overline={roomInfo.title}>
      <p className="hm-muted">{t(isCandidate ? 'left.candidate' : 'left.staff')}</p>
      <div className="hm-row">
        <Button theme="primary" onClick={onReturn}>
          {t('left.return')}
        </Button>
        {!isCandidate && <ButtonLink to={`/interviews/${roomInfo.interviewId}`}>{t('banner.detail')}</ButtonLink>}
      </div>
    </CardPage>
  )
}
