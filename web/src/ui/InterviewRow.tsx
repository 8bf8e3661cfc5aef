import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatTime, formatDay } from '@/time/format'
import { toWallClock } from '@/time/zone'
import { Avatar } from './Avatar'
import { DecisionTag, StateTag } from './stateTags'
import './interview-row.css'

interface Props {
  interview: Interview
  /** Names the day too, where the list holds more than one. */
  withDay?: boolean
  actions?: ReactNode
}

/** One interview on one line; two on a phone. */
export function InterviewRow({ interview, withDay, actions }: Props) {
  const zone = useTimeZone()
  const { day, clock } = toWallClock(new Date(interview.startsAt), zone)
  return (
    <li className={interview.state === 'cancelled' ? 'hm-line hm-line--off' : 'hm-line'}>
      <time className="hm-line__time" dateTime={interview.startsAt}>
        {withDay && <span className="hm-line__day">{formatDay(day)}</span>}
        <b className="hm-num">{clock}</b>
        <span className="hm-small hm-muted hm-num">{formatTime(interview.endsAt, zone)}</span>
      </time>
      <div className="hm-line__what">
        <Link className="hm-line__title" to={`/interviews/${interview.id}`}>
          {interview.title}
        </Link>
        <div className="hm-small hm-muted hm-cut">
          <InterviewSummary interview={interview} />
        </div>
      </div>
      <InterviewerAvatars interview={interview} />
      <div className="hm-line__state">
        {interview.result ? <DecisionTag decision={interview.result.decision} /> : <StateTag state={interview.state} />}
      </div>
      {actions && <div className="hm-line__actions">{actions}</div>}
    </li>
  )
}

/** What the title leaves unsaid; the interviewers' names when it says all. */
function InterviewSummary({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { title, candidate, position, round, room, interviewers } = interview
  const missing = [candidate.name, position.title, t('interview.round', { round })].filter((part) => !title.includes(part))
  const rest = missing.length > 0 ? missing : interviewers.map(({ name }) => name)
  return <>{[...rest, ...(room.kind === 'builtin' ? [] : [t(`room.${room.kind}`)])].join(' · ')}</>
}

const MAX_AVATARS = 4

/** The interviewers' faces, each with a dot for the answer. */
function InterviewerAvatars({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { interviewers } = interview
  const label = interviewers.map(({ name, response }) => `${name}: ${t(`response.${response}`)}`).join(', ')
  return (
    <div className="hm-crew" role="img" aria-label={label} title={label}>
      {interviewers.slice(0, MAX_AVATARS).map(({ userId, name, avatar, response }) => (
        <span key={userId} className={`hm-crew__one hm-crew__one--${response}`}>
          <Avatar name={name} src={avatar} size={26} />
        </span>
      ))}
      {interviewers.length > MAX_AVATARS && <span className="hm-small hm-muted">+{interviewers.length - MAX_AVATARS}</span>}
    </div>
  )
}
