import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { SendIcon } from '@/ui/icons'
import type { ChatItem } from '@/room/store'
import { hasPermission } from '@/room/store'
import { toast } from '@/ui/toast'
import { Button } from '@/ui/Button'
import { FieldProblem, useLimitProblem } from '@/ui/Field'
import { isInputMethodKey } from '@/ui/keyboard'
import { ChatMessageItem } from './ChatMessageItem'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'

export function ChatPanel() {
  const { t } = useTranslation('room')
  const chat = useRoomSnapshot((snapshot) => snapshot.chat)
  const canChat = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'chat'))
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' }) // braces: newer browsers return a promise
  }, [chat.length])
  return (
    <>
      <div className="room-scroll" role="log" aria-label={t('pane.chat')}>
        {chat.length === 0 && <p className="room-empty hm-muted">{t('chat.empty')}</p>}
        <ol className="room-chat">
          {chat.map((item) => (
            <ChatEntry key={item.id ?? item.ref} item={item} />
          ))}
          <li ref={end} aria-hidden="true" />
        </ol>
      </div>
      {canChat && <ChatInput />}
    </>
  )
}

function ChatEntry({ item }: { item: ChatItem }) {
  const { t } = useTranslation('room')
  const mine = useRoomSnapshot((snapshot) => snapshot.you?.id === item.author)
  const color = useRoomSnapshot((snapshot) => snapshot.peopleById.get(item.author)?.color)
  const zone = useRoomTimeZone()
  const status = (item.delivery === 'sending' && t('chat.sending')) || (item.delivery === 'failed' && t('chat.failed'))
  return <ChatMessageItem name={item.name} color={color} text={item.text} at={item.at} zone={zone} own={mine} status={status} />
}

function ChatInput() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const max = useRoomSnapshot((snapshot) => snapshot.limits.chatUnits)
  const [text, setText] = useState('')
  const tooLong = useLimitProblem(text, { max, unit: 'units' })
  const problemId = useId()
  function handleSend() {
    if (text.trim() === '') return
    if (session.sendChat(text)) setText('') // unchanged: the text may be code
    else if (!tooLong) toast.warning(t('chat.full'))
  }
  function handleKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || isInputMethodKey(event)) return
    event.preventDefault()
    handleSend()
  }
  return (
    <div className="room-chat-input">
      <textarea
        className="hm-area"
        rows={2}
        aria-label={t('chat.input')}
        placeholder={t('chat.placeholder')}
        value={text}
        aria-invalid={tooLong && true}
        aria-describedby={tooLong && problemId}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={handleKeyDown}
      />
      <Button theme="primary" shape="square" aria-label={t('chat.send')} icon={<SendIcon />} disabled={text.trim() === ''} onClick={handleSend} />
      {tooLong && <FieldProblem id={problemId} problem={tooLong} />}
    </div>
  )
}
