import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { viewerPagesQuery } from '@/api/access'
import type { Candidate, CandidateViewer, ViewerReason } from '@/api/types'
import { formatDateTime } from '@/time/format'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Modal } from '@/ui/Modal'
import { Person } from '@/ui/Person'
import { SearchBar } from '@/ui/SearchBar'
import { EmptyState, Note, QueryContent } from '@/ui/feedback'
import { Tag } from '@/ui/Tag'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import './access.css'

/** The members who can see a candidate, with the reasons. */
export default function AccessDrawer({ candidate, onClose }: { candidate: Candidate; onClose: () => void }) {
  const { t } = useTranslation('access')
  const [q, setQ] = useState('')
  const pages = useInfiniteQuery(viewerPagesQuery(candidate.id, useDebouncedValue(q.trim())))
  return (
    <Modal kind="drawer" title={t('access.of', { name: candidate.name })} onClose={onClose}>
      <div className="hm-stack">
        <p className="hm-small hm-muted">{t('access.hint')}</p>
        <SearchBar label={t('access.search')} value={q} onChange={setQ} />
        <QueryContent query={pages} lines={6}>
          {({ pages: loaded }) => {
            const viewers = loaded.flatMap(({ items }) => items)
            return (
              <>
                {loaded.some(({ incomplete }) => incomplete) && <Note tone="warning">{t('access.incomplete')}</Note>}
                {viewers.length === 0 ? (
                  <EmptyState small title={t('access.none')} />
                ) : (
                  <ul className="hm-access" aria-label={t('access.list')}>
                    {viewers.map((viewer) => (
                      <ViewerItem key={viewer.member.userId} viewer={viewer} />
                    ))}
                  </ul>
                )}
              </>
            )
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </div>
    </Modal>
  )
}

function ViewerItem({ viewer: { member, reasons } }: { viewer: CandidateViewer }) {
  return (
    <li className="hm-access__item">
      <Person name={member.name} avatar={member.avatar} size={28} />
      <ul className="hm-access__reasons">
        {reasons.map((reason) => (
          <ReasonItem key={`${reason.role} ${reason.position?.id ?? ''} ${reason.department ?? ''} ${reason.interview?.id ?? ''}`} reason={reason} />
        ))}
      </ul>
    </li>
  )
}

function ReasonItem({ reason: { role, position, department, interview, shadow, acts } }: { reason: ViewerReason }) {
  const { t } = useTranslation('access')
  const { t: tCommon } = useTranslation()
  return (
    <li>
      <div className="hm-row">
        <Tag tone={role === 'administrator' ? 'warning' : position || interview ? 'default' : 'primary'}>{t(department ? 'access.roles.hiring_manager_department' : `access.roles.${role}`, { position: position?.title ?? '', department })}</Tag>
        {shadow && <Tag>{t('access.shadow')}</Tag>}
        {interview && (
          <span className="hm-small">
            <Link to={`/interviews/${interview.id}`}>{interview.title}</Link>{' '}
            <span className="hm-muted hm-num">{formatDateTime(interview.startsAt, interview.timeZone)}</span>
          </span>
        )}
      </div>
      <div className="hm-small hm-muted">{acts.map((act) => t(`access.acts.${act as ShownAct}`)).join(tCommon('overview.separator'))}</div>
    </li>
  )
}

type ShownAct = 'read_candidates' | 'read_contacts' | 'read_files' | 'read_interviews' | 'read_records' | 'read_scorecards' | 'decide'
