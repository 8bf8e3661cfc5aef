import { useTranslation } from 'react-i18next'
import type { Interview } from '@/api/types'
import { ButtonLink } from './Button'

/** Link to the replay; nothing before the room was used, and for rooms of other providers. */
export function ReplayLink({ interview: { id, room, state }, small }: { interview: Interview; small?: boolean }) {
  const { t } = useTranslation()
  if (room.kind !== 'builtin' || (state !== 'ended' && state !== 'in_progress')) return null
  return (
    <ButtonLink size={small ? 'small' : 'medium'} variant={small ? 'outline' : 'base'} to={`/interviews/${id}/replay`}>
      {t('interview.record.replay')}
    </ButtonLink>
  )
}
