import { useTranslation } from 'react-i18next'
import type { Interview } from '@/api/types'
import { hasAct, useSession } from '@/app/useSession'
import { ButtonLink } from './Button'
import { hasDeclined } from './responses'

interface Props {
  interview: Interview
  /** For lists: emphasised only while the interview is in progress. */
  small?: boolean
}

/**
 * Whether to offer the room: until the end, and not to interviewers who have declined, who
 * can accept again.
 */
export function useOffersRoom(interview: Interview): boolean {
  const session = useSession()
  const { permissions, state } = interview
  if (!permissions.enter || state === 'ended' || state === 'cancelled') return false
  return hasAct(session, 'run_interviews') || !hasDeclined(interview, session.user.userId)
}

/** Link to the room. For external rooms the server redirects to the caller's own join URL. */
export function EnterRoomLink({ interview: { id, room, state }, small }: Props) {
  const { t } = useTranslation()
  const variant = small && state !== 'in_progress' ? 'outline' : 'base'
  if (room.kind === 'builtin') {
    return (
      <ButtonLink size={small ? 'small' : 'medium'} theme="primary" variant={variant} to={`/room/${id}`}>
        {t('interview.enter')}
      </ButtonLink>
    )
  }
  return (
    <a
      className={`t-button t-button--theme-primary t-button--variant-${variant}${small ? ' t-size-s' : ''}`}
      href={`/go/interviews/${id}`}
      target="_blank"
      rel="noreferrer noopener"
    >
      <span className="t-button__text">{room.kind === 'link' ? t('interview.openLink') : t('interview.enter')}</span>
    </a>
  )
}
