import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Moment, TimedNote } from '@/api/types'
import { MomentList } from '@/notes/MomentList'
import { Button } from '@/ui/Button'
import { Modal } from '@/ui/Modal'

/** Moments that a score cites at most. */
const MAX_MOMENTS = 10

export interface CitationContext {
  interviewId: string
  /** that can be cited */
  notes: TimedNote[]
  formatAt: (at: string) => string
}

interface Props extends CitationContext {
  /** of the criterion */
  title: string
  moments: Moment[]
  disabled: boolean
  onChange: (moments: Moment[]) => void
}

/** The moments of the interview that a score cites, and the notes that can be cited. */
export function CitedMoments({ interviewId, notes, formatAt, title, moments, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const [choosing, setChoosing] = useState(false)
  const isCited = ({ at, text }: TimedNote) => moments.some((moment) => moment.at === at && moment.text === text)
  const choices = notes.filter((note) => !isCited(note))
  function handleChoose({ at, text }: TimedNote) {
    setChoosing(false)
    onChange([...moments, { at, text }].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
  }
  return (
    <>
      <MomentList
        interviewId={interviewId}
        moments={moments}
        formatAt={formatAt}
        onRemove={disabled ? undefined : (index) => onChange(moments.filter((_, n) => n !== index))}
      />
      {!disabled && choices.length > 0 && moments.length < MAX_MOMENTS && (
        <div>
          <Button size="small" variant="outline" aria-label={t('timedNotes.citeFor', { title })} onClick={() => setChoosing(true)}>
            {t('timedNotes.cite')}
          </Button>
        </div>
      )}
      {choosing && (
        <Modal title={t('timedNotes.citeFor', { title })} onClose={() => setChoosing(false)}>
          <div className="hm-stack">
            <p className="hm-small hm-muted">{t('timedNotes.citeHint')}</p>
            <ul className="hm-note-choices">
              {choices.map((note) => (
                <li key={note.id}>
                  <button type="button" onClick={() => handleChoose(note)}>
                    <span className="hm-small hm-muted hm-num">
                      {formatAt(note.at)} {!note.own && note.author.name}
                    </span>
                    <span className="hm-wrap">{note.text}</span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </Modal>
      )}
    </>
  )
}
