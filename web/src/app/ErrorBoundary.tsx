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

  // Another address is another try.
  override componentDidUpdate(before: Props) {
    if (before.path !== this.props.path && this.state.failedAt !== null) this.setState({ failedAt: null })
  }

  override render() {
    return this.state.failedAt === null ? this.props.children : <CrashMessage />
  }
}

/** Keeps a page that fails to load or to draw from taking the whole application with it. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  return <PathErrorBoundary path={useLocation().pathname}>{children}</PathErrorBoundary>
}

// Mostly seen when a page's chunk is gone after an update of the server.
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
