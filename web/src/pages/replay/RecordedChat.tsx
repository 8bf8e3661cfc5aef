import { useTranslation } from 'react-i18next'
import { useTimeZone } from '@/app/useSession'
import type { Player } from '@/replay/player'
import type { Recording } from '@/replay/recording'
import { formatTime } from '@/time/format'
import { usePlayerSnapshot } from './usePlayer'

/** The chat messages up to the player's time. */
export function RecordedChat({ player, recording }: { player: Player; recording: Recording }) {
  const { t } = useTranslation('replay')
  const zone = useTimeZone()
  const chat = usePlayerSnapshot(player, ({ time }) => recording.stateAt(time).chat)
  if (chat.length === 0) return <p className="room-empty hm-muted">{t('chat.empty')}</p>
  return (
    <ol className="room-scroll room-chat">
      {chat.map((message) => (
        <li key={message.id} className="room-message">
          <span className="room-message__author hm-small">
            <span className={`room-dot room-peer-${recording.people.get(message.author)?.color ?? 0}`} aria-hidden="true" />
            <span>{message.name}</span>
            <span className="hm-muted hm-num">{formatTime(message.at, zone)}</span>
          </span>
          <p className="room-message__text hm-wrap">{message.text}</p>
        </li>
      ))}
    </ol>
  )
}
