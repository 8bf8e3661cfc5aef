import { useTranslation } from 'react-i18next'
import type { Interview } from '@/api/types'
import { ButtonLink } from './Button'

interface Props {
  interview: Interview
  /** In a list, where it stands out only while the interview runs. */
  small?: boolean
}

/** The way into the room. Into one that is not ours the server sends everybody by their own, wherever it is by then. */
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
