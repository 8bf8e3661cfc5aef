import type { ReactNode } from 'react'
import { Component } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/feedback'

interface Props {
  /** A change of it resets the error. */
  resetKey?: string
  fallback: ReactNode
  children: ReactNode
}

/** Shows the fallback in place of children that fail while they load or render. */
export class Boundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.hasFailed) this.setState({ hasFailed: false })
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children
  }
}

/** Catches errors of a page. A navigation resets them. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  return (
    <Boundary resetKey={useLocation().pathname} fallback={<CrashMessage />}>
      {children}
    </Boundary>
  )
}

// Mostly seen when a page's chunk no longer exists after a server update.
function CrashMessage() {
  const { t } = useTranslation()
  return (
    <main className="hm-page" role="alert">
      <EmptyState title={t('error.crashTitle')} text={t('error.crashText')}>
        <Button theme="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
      </EmptyState>
    </main>
  )
}
