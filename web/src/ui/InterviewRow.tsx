import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { isOpen } from '@/api/interviewState'
import type { Interview } from '@/api/types'
import { useSession, useTimeZone } from '@/app/useSession'
import { formatTime, formatDay } from '@/time/format'
import { toWallClock } from '@/time/zone'
import { Avatar } from './Avatar'
import { DeclineLines } from './DeclineLines'
import { hasDeclined, visibleResponse } from './responses'
import { DecisionTag, StateTag } from './stateTags'
import { Tag } from './Tag'
import { useNow } from './useNow'
import './interview-row.css'

interface Props {
  interview: Interview
  /** Shows the day too, for lists that span several days. */
  withDay?: boolean
  /** A line below the summary. */
  note?: ReactNode
  actions?: ReactNode
}

/** One interview in one row; two rows on a phone. */
export function InterviewRow({ interview, withDay, note, actions }: Props) {
  const zone = useTimeZone()
  const { day, clock } = toWallClock(new Date(interview.startsAt), zone)
  return (
    <li className={interview.state === 'cancelled' ? 'hm-interview-row hm-interview-row--cancelled' : 'hm-interview-row'}>
      <time className="hm-interview-row__time" dateTime={interview.startsAt}>
        {withDay && <span className="hm-interview-row__day">{formatDay(day)}</span>}
        <b className="hm-num">{clock}</b>
        <span className="hm-small hm-muted hm-num">{formatTime(interview.endsAt, zone)}</span>
      </time>
      <div className="hm-interview-row__main">
        <Link className="hm-interview-row__title" to={`/interviews/${interview.id}`}>
          {interview.title}
        </Link>
        <div className="hm-small hm-muted hm-truncate">
          <InterviewSummary interview={interview} />
        </div>
        <DeclineLines interview={interview} />
        {note && <div className="hm-small hm-muted hm-wrap">{note}</div>}
      </div>
      <InterviewerAvatars interview={interview} />
      <div className="hm-interview-row__state">
        <RowState interview={interview} />
      </div>
      {actions && <div className="hm-interview-row__actions">{actions}</div>}
    </li>
  )
}

/** The decision, else that the user has declined, else the state. */
function RowState({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { user } = useSession()
  const { result, state } = interview
  if (result) return <DecisionTag decision={result.decision} />
  if (isOpen(state) && hasDeclined(interview, user.userId)) return <Tag tone="danger">{t('response.youDeclined')}</Tag>
  return <StateTag interview={interview} />
}

/** Candidate and position as far as the title lacks them, and the interviewers' names. */
function InterviewSummary({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { title, candidate, position, room, interviewers, loop } = interview
  const missing = [candidate.name, position.title].filter((part) => !title.includes(part))
  const names = interviewers.map(({ name }) => name).join(t('common.listSeparator'))
  return <>{[...missing, names, room.kind !== 'builtin' && t(`room.${room.kind}`), loop && t('loop.place', { ...loop })].filter(Boolean).join(' · ')}</>
}

const MAX_AVATARS = 4

/** The interviewers' avatars, each with a dot for the response unless none is awaited. */
function InterviewerAvatars({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const now = useNow()
  const interviewers = interview.interviewers.map((one) => ({ ...one, shown: visibleResponse(interview, one, now) }))
  const label = interviewers.map(({ name, shown }) => (shown ? `${name}: ${t(`response.${shown}`)}` : name)).join(', ')
  return (
    <div className="hm-interviewer-avatars" role="img" aria-label={label} title={label}>
      {interviewers.slice(0, MAX_AVATARS).map(({ userId, name, avatar, shown }) => (
        <span key={userId} className={shown ? `hm-interviewer-avatars__item hm-interviewer-avatars__item--${shown}` : 'hm-interviewer-avatars__item'}>
          <Avatar name={name} src={avatar} size={26} />
        </span>
      ))}
      {interviewers.length > MAX_AVATARS && <span className="hm-small hm-muted">+{interviewers.length - MAX_AVATARS}</span>}
    </div>
  )
}
