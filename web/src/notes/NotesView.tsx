import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SegmentedControl } from '@/ui/SegmentedControl'
import './notes.css'

type View = 'document' | 'timed'

/** The document of all interviewers, or the timed notes. */
export function NotesView({ document, timed }: { document: ReactNode; timed: ReactNode }) {
  const { t } = useTranslation('room')
  const [view, setView] = useState<View>('document')
  const options: { value: View; label: string }[] = [
    { value: 'document', label: t('timedNotes.document') },
    { value: 'timed', label: t('timedNotes.title') },
  ]
  return (
    <div className="hm-notes-view">
      <div className="hm-notes-view__switch">
        <SegmentedControl wide label={t('timedNotes.view')} value={view} options={options} onChange={setView} />
      </div>
      <div className="hm-notes-view__content" hidden={view !== 'document'}>
        {document}
      </div>
      {view === 'timed' && <div className="hm-notes-view__content">{timed}</div>}
    </div>
  )
}
