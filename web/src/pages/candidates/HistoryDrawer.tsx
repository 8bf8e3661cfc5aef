import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { interviewPagesQuery } from '@/api/interviews'
import type { Candidate } from '@/api/types'
import { ButtonLink } from '@/ui/Button'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { InterviewRow } from '@/ui/InterviewRow'
import { Modal } from '@/ui/Modal'

/** The interviews of a candidate, with a link to the debrief. */
export default function HistoryDrawer({ candidate, onClose }: { candidate: Candidate; onClose: () => void }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const pages = useInfiniteQuery(interviewPagesQuery({ candidateId: candidate.id, scope: 'all', order: 'desc' }))
  return (
    <Modal kind="drawer" title={t('translation:candidates.historyOf', { name: candidate.name })} onClose={onClose}>
      <p>
        <ButtonLink variant="outline" to={`/candidates/${candidate.id}/debrief`}>
          {t('scorecards:debrief.title')}
        </ButtonLink>
      </p>
      {candidate.note && <p className="hm-wrap hm-muted">{candidate.note}</p>}
      <QueryContent query={pages} lines={4}>
        {({ pages: loaded }) => {
          const interviews = loaded.flatMap(({ items }) => items)
          if (interviews.length === 0) return <EmptyState small title={t('translation:interviews.nothing.all')} />
          return (
            <ul className="hm-bleed">
              {interviews.map((one) => (
                <InterviewRow key={one.id} interview={one} withDay />
              ))}
            </ul>
          )
        }}
      </QueryContent>
    </Modal>
  )
}
