import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { SendIcon } from '@/ui/icons'
import type { ChatItem } from '@/room/store'
import { may } from '@/room/store'
import { formatClock } from '@/time/format'
import { toast } from '@/ui/toast'
import { Button } from '@/ui/Button'
import { useHere, useRoom } from './context'

export function ChatPanel() {
  const { t } = useTranslation('room')
  const chat = useRoom((snapshot) => snapshot.chat)
  const allowed = useRoom((snapshot) => may(snapshot, 'chat'))
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' }) // newer browsers return a promise
  }, [chat.length])
  return (
    <>
      <div className="room-scroll" role="log" aria-label={t('pane.chat')}>
        {chat.length === 0 && <p className="room-none hm-muted">{t('chat.empty')}</p>}
        <ol className="room-chat">
          {chat.map((item) => (
            <Said key={item.id ?? item.ref} item={item} />
          ))}
          <li ref={end} aria-hidden="true" />
        </ol>
      </div>
      {allowed && <Compose />}
    </>
  )
}

function Said({ item }: { item: ChatItem }) {
  const { t } = useTranslation('room')
  const mine = useRoom((snapshot) => snapshot.you?.id === item.author)
  const color = useRoom((snapshot) => snapshot.people.get(item.author)?.color)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <li className={mine ? 'room-said room-said--mine' : 'room-said'}>
      <span className="room-said__who hm-small">
        {color !== undefined && <span className={`room-dot room-peer-${color}`} aria-hidden="true" />}
        <span>{item.name}</span>
        <span className="hm-muted hm-num">
          {item.delivery === 'sending' && t('chat.sending')}
          {item.delivery === 'failed' && t('chat.failed')}
          {item.at && formatClock(item.at, zone)}
        </span>
      </span>
      <p className="room-said__text hm-wrap">{item.text}</p>
    </li>
  )
}

function Compose() {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const limit = useRoom((snapshot) => snapshot.limits.chatUnits)
  const [text, setText] = useState('')
  function send() {
    const trimmed = text.trim()
    if (trimmed === '') return
    if (session.chat(trimmed)) setText('')
    else toast.warning(trimmed.length > limit ? t('chat.tooLong', { count: limit }) : t('chat.full'))
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <div className="room-compose">
      <textarea
        className="hm-area"
        rows={2}
        aria-label={t('chat.input')}
        placeholder={t('chat.placeholder')}
        value={text}
        maxLength={limit}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button theme="primary" shape="square" aria-label={t('chat.send')} icon={<SendIcon />} disabled={text.trim() === ''} onClick={send} />
    </div>
  )
}
