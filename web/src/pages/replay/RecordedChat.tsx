import { useTranslation } from 'react-i18next'
import { useTimeZone } from '@/app/useSession'
import type { Player } from '@/replay/player'
import type { Recording } from '@/replay/recording'
import { ChatMessageItem } from '../room/ChatMessageItem'
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
        <ChatMessageItem
          key={message.id}
          name={message.name}
          color={recording.people.get(message.author)?.color ?? 0}
          text={message.text}
          at={message.at}
          zone={zone}
        />
      ))}
    </ol>
  )
}
