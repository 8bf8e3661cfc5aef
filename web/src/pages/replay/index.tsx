import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { interviewQuery } from '@/api/interviews'
import { notesQuery } from '@/api/notes'
import { replayQuery } from '@/api/rooms'
import type { TimedNote } from '@/api/types'
import { hasAct, useSession } from '@/app/useSession'
import { ButtonLink } from '@/ui/Button'
import { ExportLink } from '@/ui/ExportLink'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Page } from '@/ui/Page'
import { UsedQuestions } from '../questions/UsedQuestions'
import { RecordedTimedNotes } from './RecordedTimedNotes'
import { ReplayView } from './ReplayView'
import '../room/room.css'
import '../room/editor.css'
import '../room/panels.css'
import './replay.css'

const noNotes: TimedNote[] = []

/** Plays the log of an interview's room, for members who may see the interview. */
export default function ReplayPage() {
  const { t } = useTranslation('replay')
  const { id = '' } = useParams()
  const calibrates = hasAct(useSession(), 'manage_calibration')
  const interview = useQuery(interviewQuery(id))
  const log = useQuery(replayQuery(id))
  const notes = useQuery(notesQuery(id))
  return (
    <Page
      title={interview.data?.title ?? t('title')}
      subtitle={t('title')}
      back={{ to: `/interviews/${id}`, label: t('back') }}
      actions={
        log.data?.state === 'ended' && (
          <>
            {calibrates && <ButtonLink to={`/calibration/new?interview=${id}`}>{t('calibrate')}</ButtonLink>}
            <ExportLink interviewId={id} />
          </>
        )
      }
    >
      {interview.data && interview.data.questions.length > 0 && <UsedQuestions questions={interview.data.questions} />}
      <QueryContent query={log} lines={12}>
        {(loaded) =>
          loaded.events.length === 0 && loaded.documents.every(({ updates }) => updates.length === 0) ? (
            <EmptyState title={t('empty')} text={t('emptyText')}>
              <ButtonLink to={`/interviews/${id}`}>{t('back')}</ButtonLink>
            </EmptyState>
          ) : (
            <ReplayView
              log={loaded}
              timed={{
                notes: notes.data ?? noNotes,
                render: (player, recording) => <RecordedTimedNotes interviewId={id} player={player} recording={recording} />,
              }}
            />
          )
        }
      </QueryContent>
    </Page>
  )
}
