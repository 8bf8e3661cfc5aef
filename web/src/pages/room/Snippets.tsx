import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hasPermission } from '@/room/store'
import { Button } from '@/ui/Button'
import { Markdown } from '@/ui/Markdown'
import { toast } from '@/ui/toast'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

interface Snippet {
  title: string
  text: string
}

/** Hints and follow-ups of the shown question, for interviewers. */
function useSnippets(): Snippet[] {
  const { t } = useTranslation('room')
  const question = useRoomSnapshot((snapshot) => snapshot.question)
  const mayChoose = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'problem'))
  if (!mayChoose || !question) return []
  return [
    ...(question.hints ?? []).map((text, index) => ({ title: t('problem.hint', { number: index + 1 }), text })),
    ...(question.followUps ?? []).map((text, index) => ({ title: t('problem.followUp', { number: index + 1 }), text })),
  ]
}

/** The snippets, and whether they are shown beside the code: not at first, since the screen may be shared. */
export function useSnippetsPane() {
  const snippets = useSnippets()
  const [open, setOpen] = useState(false)
  const id = useId()
  return { id, snippets, open: open && snippets.length > 0, toggle: () => setOpen(!open) }
}

type Pane = ReturnType<typeof useSnippetsPane>

export function SnippetsButton({ pane }: { pane: Pane }) {
  const { t } = useTranslation('room')
  if (pane.snippets.length === 0) return null
  return (
    <Button size="small" variant="outline" aria-expanded={pane.open} aria-controls={pane.id} aria-label={t('snippets.title')} title={t('snippets.title')} onClick={pane.toggle}>
      {t('snippets.open')}
    </Button>
  )
}

export function SnippetsPane({ pane }: { pane: Pane }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const canChat = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'chat') && snapshot.connection === 'live')
  const send = ({ text }: Snippet) => (session.sendChat(text) ? toast.success(t('snippets.sent')) : toast.warning(t('chat.full')))
  return (
    <section id={pane.id} className="room-snippets" aria-label={t('snippets.title')} hidden={!pane.open}>
      {pane.open && pane.snippets.map((snippet) => (
        <article key={snippet.title} className="room-hint">
          <header className="hm-row">
            <h2 className="hm-grow">{snippet.title}</h2>
            <Button size="small" variant="text" theme="primary" disabled={!canChat} aria-label={t('snippets.sendOf', { title: snippet.title })} onClick={() => send(snippet)}>
              {t('snippets.send')}
            </Button>
          </header>
          <Markdown text={snippet.text} />
        </article>
      ))}
    </section>
  )
}
