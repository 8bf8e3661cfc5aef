import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CheckCircleIcon, ErrorCircleIcon, InboxIcon, InfoCircleIcon } from '@/ui/icons'
import { toProblem } from '@/api/problem'
import { Button } from './Button'
import './feedback.css'

/** Placeholder lines while content loads. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <div className="hm-skeleton" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  )
}

export function EmptyState({ title, text, children, small }: { title: string; text?: string; children?: ReactNode; small?: boolean }) {
  return (
    <div className={small ? 'hm-state hm-state--small' : 'hm-state'}>
      {!small && <InboxIcon className="hm-state__icon" />}
      <div className={small ? 'hm-muted' : undefined}>{title}</div>
      {text && <p className="hm-state__text">{text}</p>}
      {children && <div className="hm-state__actions">{children}</div>}
    </div>
  )
}

/** Returns the message to show for an error: the server's, else one for its status. */
export function useErrorText() {
  const { t } = useTranslation()
  return (err: unknown): string => {
    const problem = toProblem(err)
    if (problem.message) return problem.message
    if (problem.status === 0) return problem.code === 'client.offline' ? t('error.offline') : t('error.unexpected')
    if (problem.status === 404) return t('error.notFound')
    if (problem.status === 403) return t('error.forbidden')
    if (problem.status === 409 || problem.status === 412) return t('error.stale')
    if (problem.status >= 500) return t('error.server')
    return t('error.unexpected')
  }
}

export function ErrorState({ error, onRetry, children }: { error: unknown; onRetry?: () => void; children?: ReactNode }) {
  const { t } = useTranslation()
  const text = useErrorText()
  const { requestId, status } = toProblem(error)
  const permanent = status === 403 || status === 404 // a retry would fail the same way
  return (
    <div className="hm-state hm-state--error" role="alert">
      <ErrorCircleIcon className="hm-state__icon" />
      <p className="hm-state__text">{text(error)}</p>
      {requestId && <p className="hm-small hm-muted">{t('error.requestId', { id: requestId })}</p>}
      <div className="hm-state__actions">
        {onRetry && !permanent && <Button onClick={onRetry}>{t('common.retry')}</Button>}
        {children}
      </div>
    </div>
  )
}

interface QueryState<T> {
  data: T | undefined
  error: unknown
  refetch: () => unknown
}

/** Skeleton, error with a retry button, or the content. Loaded data stays visible when a refresh fails. */
export function QueryContent<T>({ query, lines, children }: { query: QueryState<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <Skeleton lines={lines} />
}

const noteIcons = { info: InfoCircleIcon, success: CheckCircleIcon, warning: ErrorCircleIcon, error: ErrorCircleIcon }

export function Note({ tone = 'info', children, actions }: { tone?: 'info' | 'success' | 'warning' | 'error'; children: ReactNode; actions?: ReactNode }) {
  const Icon = noteIcons[tone]
  return (
    <div className={`hm-note hm-note--${tone}`} role={tone === 'error' ? 'alert' : 'note'}>
      <Icon aria-hidden="true" />
      <div className="hm-grow">
        {children}
        {actions && <div className="hm-note__actions">{actions}</div>}
      </div>
    </div>
  )
}
