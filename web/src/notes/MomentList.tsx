import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Moment } from '@/api/types'
import { CloseIcon } from '@/ui/icons'
import { replayPath } from './formatMoment'
import './notes.css'

interface Props {
  interviewId: string
  moments: Moment[]
  formatAt: (at: string) => string
  onRemove?: (index: number) => void
}

/** Moments that are cited, with links to the replay. */
export function MomentList({ interviewId, moments, formatAt, onRemove }: Props) {
  const { t } = useTranslation()
  if (moments.length === 0) return null
  return (
    <ul className="hm-moments hm-small" aria-label={t('timedNotes.cited')}>
      {moments.map(({ at, text }, index) => (
        <li key={`${at} ${text}`}>
          <Link className="hm-num" to={replayPath(interviewId, at)} aria-label={t('timedNotes.jump', { time: formatAt(at) })}>
            {formatAt(at)}
          </Link>
          <span className="hm-wrap hm-grow">{text}</span>
          {onRemove && (
            <button type="button" className="hm-moments__remove" aria-label={t('timedNotes.uncite', { time: formatAt(at) })} onClick={() => onRemove(index)}>
              <CloseIcon />
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
