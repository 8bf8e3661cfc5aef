import type { ReactNode } from 'react'
import { Component } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/feedback'

interface Props {
  path: string
  children: ReactNode
}

class PathErrorBoundary extends Component<Props, { failedAt: string | null }> {
  override state = { failedAt: null as string | null }

  static getDerivedStateFromError() {
    return { failedAt: '' }
  }

  // A navigation resets the error.
  override componentDidUpdate(before: Props) {
    if (before.path !== this.props.path && this.state.failedAt !== null) this.setState({ failedAt: null })
  }

  override render() {
    return this.state.failedAt === null ? this.props.children : <CrashMessage />
  }
}

/** Catches errors while a page loads or renders. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  return <PathErrorBoundary path={useLocation().pathname}>{children}</PathErrorBoundary>
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
