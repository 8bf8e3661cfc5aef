import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sittingsQuery, useRefreshSitting } from '@/api/showmebug'
import type { Candidate, Sitting } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Copyable } from '@/ui/Copyable'
import { Modal } from '@/ui/Modal'
import { EmptyState, QueryContent, useErrorText } from '@/ui/feedback'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { SendExamForm } from './SendExamForm'
import './exams.css'

const tones: Record<Sitting['state'], Tone> = { preparing: 'default', sent: 'primary', started: 'primary', finished: 'success', failed: 'danger' }

/** A candidate's written tests: a form to send one and the state of those sent. */
export default function ExamsDrawer({ candidate, onClose }: { candidate: Candidate; onClose: () => void }) {
  const { t } = useTranslation(['translation', 'exams'])
  const sittings = useQuery(sittingsQuery(candidate.id))
  return (
    <Modal persistent kind="drawer" title={t('exams:of', { name: candidate.name })} onClose={onClose}>
      <div className="hm-stack">
        <SendExamForm candidate={candidate} />
        <section>
          <h3>{t('exams:sent')}</h3>
          <QueryContent query={sittings} lines={3}>
            {({ items }) => {
              if (items.length === 0) return <EmptyState small title={t('exams:none')} />
              return (
                <ul className="hm-exams">
                  {items.map((one) => (
                    <ExamItem key={one.id} sitting={one} />
                  ))}
                </ul>
              )
            }}
          </QueryContent>
        </section>
      </div>
    </Modal>
  )
}

function ExamItem({ sitting }: { sitting: Sitting }) {
  const { t } = useTranslation(['translation', 'exams'])
  const zone = useTimeZone()
  const { examName, state, mail, url, failure, sentBy, createdAt, finishedAt } = sitting
  return (
    <li className="hm-exams__item">
      <div className="hm-row">
        <b className="hm-strong hm-grow">{examName}</b>
        <ExamScore sitting={sitting} />
        <Tag tone={tones[state]}>{t(`exams:states.${state}`)}</Tag>
      </div>
      <div className="hm-small hm-muted">
        {finishedAt
          ? t('exams:finishedAt', { time: formatDateTime(finishedAt, zone) })
          : t('exams:sentBy', { name: sentBy.name, time: formatDateTime(createdAt, zone) })}
        {mail !== 'none' && ` · ${t(`exams:mail.${mail}`)}`}
      </div>
      {failure && <div className="hm-small hm-error-text">{failure.message}</div>}
      <div className="hm-row">
        {url && state !== 'finished' && <Copyable label={t('exams:link')} text={url} />}
        {state !== 'finished' && <RefreshButton sitting={sitting} />}
      </div>
    </li>
  )
}

function ExamScore({ sitting: { score, totalScore } }: { sitting: Sitting }) {
  const { t } = useTranslation(['translation', 'exams'])
  if (score === undefined) return null
  return <span className="hm-num hm-strong">{totalScore === undefined ? t('exams:score', { score }) : t('exams:scoreOf', { score, total: totalScore })}</span>
}

function RefreshButton({ sitting: { id, candidateId, state } }: { sitting: Sitting }) {
  const { t } = useTranslation(['translation', 'exams'])
  const errorText = useErrorText()
  const refresh = useRefreshSitting(candidateId)
  return (
    <Button
      size="small"
      variant="text"
      theme="primary"
      loading={refresh.isPending}
      onClick={() => refresh.mutate(id, { onError: (err) => toast.error(errorText(err)) })}
    >
      {state === 'failed' || state === 'preparing' ? t('common.retry') : t('exams:refresh')}
    </Button>
  )
}
