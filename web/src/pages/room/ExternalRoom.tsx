import { useTranslation } from 'react-i18next'
import type { RoomInfo } from '@/room/protocol'
import { CardPage } from '../../app/CardPage'

/** For interviews in an external room. */
export function ExternalRoom({ roomInfo }: { roomInfo: RoomInfo }) {
  const { t } = useTranslation('room')
  // Without a link, the server redirects to the caller's own join URL.
  const url = roomInfo.link || `/go/interviews/${roomInfo.interviewId}`
  return (
    <CardPage title={t('link.title')} overline={roomInfo.title}>
      <p className="hm-muted">{t('link.text')}</p>
      {roomInfo.link && <p className="room-address">{roomInfo.link}</p>}
      <a
        className="t-button t-button--theme-primary t-button--variant-base t-size-l"
        href={url}
        target="_blank"
        rel="noopener noreferrer"
      >
        <span className="t-button__text">{t('link.open')}</span>
      </a>
    </CardPage>
  )
}
