import { formatTime } from '@/time/format'

interface Props {
  name: string
  /** of the author; none for one who never joined */
  color?: number
  text: string
  at?: string
  /** time zone of the time */
  zone: string
  own?: boolean
  /** shown before the time */
  status?: string | false
}

/** One message of the chat. */
export function ChatMessageItem({ name, color, text, at, zone, own, status }: Props) {
  return (
    <li className={own ? 'room-message room-message--own' : 'room-message'}>
      <span className="room-message__author hm-small">
        {color !== undefined && <span className={`room-dot room-peer-${color}`} aria-hidden="true" />}
        <span>{name}</span>
        <span className="hm-muted hm-num">
          {status}
          {at && formatTime(at, zone)}
        </span>
      </span>
      <p className="room-message__text hm-wrap">{text}</p>
    </li>
  )
}
