import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { notesQuery } from '@/api/notes'
import { QueryContent } from '@/ui/feedback'
import { NoteComposer } from './NoteComposer'
import { TimedNoteItem } from './TimedNoteItem'
import './notes.css'

const REFETCH_MS = 15_000

interface Props {
  interviewId: string
  formatAt: (at: string) => string
  /** Shows the moment of a note. */
  onSelect?: (at: string) => void
  /** The moment of a new note; absent: the present time of the server. */
  moment?: { at: () => string; label: string; onFocus: () => void }
}

/** The user's notes about moments of an interview, and those that others have shared. */
export function TimedNotes({ interviewId, formatAt, onSelect, moment }: Props) {
  const { t } = useTranslation('room')
  const notes = useQuery({ ...notesQuery(interviewId), refetchInterval: REFETCH_MS })
  return (
    <>
      <div className="hm-timed-notes" role="region" aria-label={t('timedNotes.title')} tabIndex={0}>
        <QueryContent query={notes} lines={3}>
          {(list) =>
            list.length === 0 ? (
              <p className="hm-timed-notes__empty hm-muted">{t('timedNotes.empty')}</p>
            ) : (
              <ol>
                {list.map((note) => (
                  <TimedNoteItem key={note.id} interviewId={interviewId} note={note} time={formatAt(note.at)} onSelect={onSelect && (() => onSelect(note.at))} />
                ))}
              </ol>
            )
          }
        </QueryContent>
      </div>
      <NoteComposer interviewId={interviewId} moment={moment} />
    </>
  )
}
