import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import { useDeleteNote, useUpdateNote } from '@/api/notes'
import { Problem } from '@/api/problem'
import type { TimedNote } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { AreaField } from '@/ui/Field'
import { Tag } from '@/ui/Tag'
import { Note, useErrorText } from '@/ui/feedback'

interface Props {
  interviewId: string
  note: TimedNote
  time: string
  onSelect: (() => void) | undefined
}

export function TimedNoteItem({ interviewId, note, time, onSelect }: Props) {
  const { t } = useTranslation(['room', 'translation'])
  const [editing, setEditing] = useState(false)
  return (
    <li className="hm-timed-note">
      <div className="hm-timed-note__head hm-small">
        {onSelect ? (
          <button type="button" className="hm-timed-note__time hm-num" aria-label={t('translation:timedNotes.jump', { time })} onClick={onSelect}>
            {time}
          </button>
        ) : (
          <span className="hm-timed-note__time hm-num">{time}</span>
        )}
        {!note.own && <span>{note.author.name}</span>}
        {note.own && note.shared && <Tag tone="primary">{t('timedNotes.shared')}</Tag>}
        {note.own && !editing && <NoteActions interviewId={interviewId} note={note} time={time} onEdit={() => setEditing(true)} />}
      </div>
      {editing ? <NoteEditor interviewId={interviewId} note={note} onClose={() => setEditing(false)} /> : <p className="hm-wrap">{note.text}</p>}
    </li>
  )
}

function NoteActions({ interviewId, note, time, onEdit }: { interviewId: string; note: TimedNote; time: string; onEdit: () => void }) {
  const { t } = useTranslation(['room', 'translation'])
  const errorText = useErrorText()
  const update = useUpdateNote(interviewId)
  const remove = useDeleteNote(interviewId)
  const [confirming, setConfirming] = useState(false)
  const share = note.shared ? t('timedNotes.unshare') : t('timedNotes.share')
  return (
    <>
      <span className="hm-timed-note__actions">
        <Button size="small" variant="text" loading={update.isPending} aria-label={`${share} ${time}`} onClick={() => update.mutate({ id: note.id, shared: !note.shared })}>
          {share}
        </Button>
        <Button size="small" variant="text" aria-label={`${t('translation:common.edit')} ${time}`} onClick={onEdit}>
          {t('translation:common.edit')}
        </Button>
        <Button size="small" variant="text" aria-label={`${t('timedNotes.delete')} ${time}`} onClick={() => setConfirming(true)}>
          {t('timedNotes.delete')}
        </Button>
      </span>
      {update.error && <Note tone="error">{errorText(update.error)}</Note>}
      {confirming && (
        <ConfirmDialog
          danger
          title={t('timedNotes.deleteTitle')}
          confirmLabel={t('timedNotes.delete')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(note.id, { onSuccess: () => setConfirming(false) })}
          onClose={() => setConfirming(false)}
        >
          <p className="hm-wrap">{note.text}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

/** Edits over the version with which it was opened. After a conflict it saves over the stored version. */
function NoteEditor({ interviewId, note, onClose }: { interviewId: string; note: TimedNote; onClose: () => void }) {
  const { t } = useTranslation(['room', 'translation'])
  const errorText = useErrorText()
  const update = useUpdateNote(interviewId)
  const [text, setText] = useState(note.text)
  const [version, setVersion] = useState(note.version)
  function handleSave() {
    const onError = (error: unknown) => {
      if (error instanceof Problem && error.current) setVersion((error.current as TimedNote).version)
    }
    update.mutate({ id: note.id, text, version }, { onSuccess: onClose, onError })
  }
  return (
    <div className="hm-stack">
      <AreaField hideLabel label={t('timedNotes.input')} rows={3} value={text} limit={limits.NoteInput.text} onChange={setText} />
      {update.error && <Note tone="error">{errorText(update.error)}</Note>}
      <div className="hm-row">
        <Button size="small" theme="primary" loading={update.isPending} disabled={text.trim() === ''} onClick={handleSave}>
          {t('translation:common.save')}
        </Button>
        <Button size="small" onClick={onClose}>
          {t('translation:common.cancel')}
        </Button>
      </div>
    </div>
  )
}
