import { useTranslation } from 'react-i18next'
import type { Door } from '@/room/protocol'
import { Sheet } from './Sheet'

/** The interview is held in a room that is not ours. */
export function LinkRoom({ door }: { door: Door }) {
  const { t } = useTranslation('room')
  // Without an address of its own, the server knows everybody's way in.
  const address = door.link || `/go/interviews/${door.interviewId}`
  return (
    <Sheet title={t('link.title')} over={door.title}>
      <p className="hm-muted">{t('link.text')}</p>
      {door.link && <p className="room-address">{door.link}</p>}
      <a
        className="t-button t-button--theme-primary t-button--variant-base t-size-l"
        href={address}
        target="_blank"
        rel="noopener noreferrer"
      >
        <span className="t-button__text">{t('link.open')}</span>
      </a>
    </Sheet>
  )
}
