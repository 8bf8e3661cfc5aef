import { useTranslation } from 'react-i18next'
import type { Interview, Interviewer } from '@/api/types'
import { hasStarted } from './responses'
import { useNow } from './useNow'

/** Returns a text with the name and the reason of an interviewer who has declined. */
export function useDeclineText() {
  const { t } = useTranslation()
  return ({ name, responseReason }: Pick<Interviewer, 'name' | 'responseReason'>): string =>
    responseReason ? t('response.declineReason', { name, reason: responseReason }) : t('response.declineOf', { name })
}

/** Until the start: which interviewers have declined, and why. */
export function DeclineLines({ interview }: { interview: Interview }) {
  const declineText = useDeclineText()
  const now = useNow()
  if (hasStarted(interview, now)) return null
  return interview.interviewers
    .filter(({ response }) => response === 'declined')
    .map((one) => (
      <div key={one.userId} className="hm-small hm-error-text hm-wrap">
        {declineText(one)}
      </div>
    ))
}
