import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { proposalQuery } from '@/api/pools'
import type { Proposal } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { toInstant } from '@/time/zone'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { Tag } from '@/ui/Tag'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import type { Draft, DraftAction } from './draft'
import './pool-proposal.css'

interface Props {
  positionId: string
  draft: Draft
  dispatch: (by: DraftAction) => void
  interviewId?: string
}

/** Proposals before all are displayed. */
const FEW = 3

/** Interviewers of the position's pool for the chosen time, the best first, with the reasons. */
export function PoolProposal({ positionId, draft, dispatch, interviewId }: Props) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const [all, setAll] = useState(false)
  const day = useDebouncedValue(draft.day)
  const clock = useDebouncedValue(draft.clock)
  const durationMinutes = useDebouncedValue(draft.durationMinutes)
  const found = useQuery({
    ...proposalQuery(positionId, {
      startsAt: toInstant(day || '1970-01-01', clock || '00:00', zone).toISOString(),
      durationMinutes,
      chosen: draft.interviewers.slice(0, 20).map(({ userId }) => userId),
      interviewId,
    }),
    enabled: day !== '' && clock !== '',
  })
  const items = found.data?.items ?? []
  if (items.length === 0) return null
  const shown = all ? items : items.slice(0, FEW)
  return (
    <section className="hm-proposal" aria-label={t('pool.proposal')} aria-busy={found.isFetching}>
      <b className="hm-small">{t('pool.proposal')}</b>
      <ul>
        {shown.map((one) => (
          <ProposalItem key={one.userId} proposal={one} onAdd={() => dispatch({ addInterviewer: { userId: one.userId, name: one.name, avatar: one.avatar, reachable: one.active } })} />
        ))}
      </ul>
      {shown.length < items.length && (
        <Button size="small" variant="text" theme="primary" onClick={() => setAll(true)}>
          {t('pool.moreProposals', { count: items.length - shown.length })}
        </Button>
      )}
    </section>
  )
}

function ProposalItem({ proposal, onAdd }: { proposal: Proposal; onAdd: () => void }) {
  const { t } = useTranslation()
  const { name, avatar, qualification, tags, reasons, conflicts } = proposal
  return (
    <li className="hm-proposal__item">
      <Avatar name={name} src={avatar} />
      <div className="hm-grow">
        <div className="hm-row">
          <span>{name}</span>
          {qualification !== 'trained' && <Tag tone="warning">{t(`pool.qualifications.${qualification}`)}</Tag>}
          {tags.map((tag) => (
            <Tag key={tag} tone="default">{tag}</Tag>
          ))}
        </div>
        <div className="hm-small hm-muted">{reasons.join(t('pool.separator'))}</div>
        {conflicts.map(({ code, text }) => (
          <div key={code} className="hm-small hm-selected__warning">
            {text}
          </div>
        ))}
      </div>
      <Button size="small" variant="outline" theme="primary" aria-label={t('pool.addPerson', { name })} onClick={onAdd}>
        {t('pool.addShort')}
      </Button>
    </li>
  )
}
