import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Interview } from '@/api/types'
import { useZone } from '@/app/useSession'
import { formatClock, formatDay } from '@/time/format'
import { wallClock } from '@/time/zone'
import { Avatar } from './Avatar'
import { DecisionTag, StateTag } from './tags'
import './interview-line.css'

interface Props {
  interview: Interview
  /** Names the day too, where the list holds more than one. */
  withDay?: boolean
  actions?: ReactNode
}

/** One interview on one line; two on a phone. */
export function InterviewLine({ interview, withDay, actions }: Props) {
  const zone = useZone()
  const { day, clock } = wallClock(new Date(interview.startsAt), zone)
  return (
    <li className={interview.state === 'cancelled' ? 'hm-line hm-line--off' : 'hm-line'}>
      <time className="hm-line__time" dateTime={interview.startsAt}>
        {withDay && <span className="hm-line__day">{formatDay(day)}</span>}
        <b className="hm-num">{clock}</b>
        <span className="hm-small hm-muted hm-num">{formatClock(interview.endsAt, zone)}</span>
      </time>
      <div className="hm-line__what">
        <Link className="hm-line__title" to={`/interviews/${interview.id}`}>
          {interview.title}
        </Link>
        <div className="hm-small hm-muted hm-cut">
          <Subject interview={interview} />
        </div>
      </div>
      <Crew interview={interview} />
      <div className="hm-line__state">
        {interview.result ? <DecisionTag decision={interview.result.decision} /> : <StateTag state={interview.state} />}
      </div>
      {actions && <div className="hm-line__actions">{actions}</div>}
    </li>
  )
}

/** What the title leaves unsaid; the interviewers' names when it says all. */
function Subject({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { title, candidate, position, round, room, interviewers } = interview
  const said = [candidate.name, position.title, t('interview.round', { round })].filter((part) => !title.includes(part))
  const rest = said.length > 0 ? said : interviewers.map(({ name }) => name)
  return <>{[...rest, ...(room.kind === 'builtin' ? [] : [t(`room.${room.kind}`)])].join(' · ')}</>
}

const most = 4

/** The interviewers' faces, each with a dot for the answer. */
function Crew({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { interviewers } = interview
  const label = interviewers.map(({ name, response }) => `${name}: ${t(`response.${response}`)}`).join(', ')
  return (
    <div className="hm-crew" role="img" aria-label={label} title={label}>
      {interviewers.slice(0, most).map(({ userId, name, avatar, response }) => (
        <span key={userId} className={`hm-crew__one hm-crew__one--${response}`}>
          <Avatar name={name} src={avatar} size={26} />
        </span>
      ))}
      {interviewers.length > most && <span className="hm-small hm-muted">+{interviewers.length - most}</span>}
    </div>
  )
}
