import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import { useCreateNote } from '@/api/notes'
import { Button } from '@/ui/Button'
import { AreaField } from '@/ui/Field'
import { Note, useErrorText } from '@/ui/feedback'
import { isInputMethodKey } from '@/ui/keyboard'

interface Props {
  interviewId: string
  moment: { at: () => string; label: string; onFocus: () => void } | undefined
}

/** Writes a note about the present moment. Enter saves it, Shift and Enter begin a line. */
export function NoteComposer({ interviewId, moment }: Props) {
  const { t } = useTranslation('room')
  const errorText = useErrorText()
  const create = useCreateNote(interviewId)
  const [text, setText] = useState('')
  function handleSave() {
    if (text.trim() === '' || create.isPending) return
    create.mutate({ text, at: moment?.at() }, { onSuccess: () => setText((now) => (now === text ? '' : now)) })
  }
  function handleKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || isInputMethodKey(event)) return
    event.preventDefault()
    handleSave()
  }
  return (
    <div className="hm-note-composer">
      <AreaField
        hideLabel
        label={t('timedNotes.input')}
        rows={2}
        placeholder={t('timedNotes.placeholder')}
        value={text}
        limit={limits.NoteInput.text}
        onChange={setText}
        onKeyDown={handleKeyDown}
        onFocus={moment?.onFocus}
      />
      {create.error && <Note tone="error">{errorText(create.error)}</Note>}
      <div className="hm-note-composer__foot">
        <span className="hm-small hm-muted">{t('timedNotes.private')}</span>
        <Button theme="primary" size="small" loading={create.isPending} disabled={text.trim() === ''} onClick={handleSave}>
          {moment ? t('timedNotes.addAt', { time: moment.label }) : t('timedNotes.add')}
        </Button>
      </div>
    </div>
  )
}
