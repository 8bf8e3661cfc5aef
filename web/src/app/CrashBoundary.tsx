import type { ReactNode } from 'react'
import { Component } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/states'

interface Props {
  at: string
  children: ReactNode
}

class Boundary extends Component<Props, { failedAt: string | null }> {
  override state = { failedAt: null as string | null }

  static getDerivedStateFromError() {
    return { failedAt: '' }
  }

  // Another address is another try.
  override componentDidUpdate(before: Props) {
    if (before.at !== this.props.at && this.state.failedAt !== null) this.setState({ failedAt: null })
  }

  override render() {
    return this.state.failedAt === null ? this.props.children : <Crashed />
  }
}

/** Keeps a page that fails to load or to draw from taking the whole application with it. */
export function CrashBoundary({ children }: { children: ReactNode }) {
  return <Boundary at={useLocation().pathname}>{children}</Boundary>
}

// Mostly seen when a page's chunk is gone after an update of the server.
function Crashed() {
  const { t } = useTranslation()
  return (
    <main className="hm-page" role="alert">
      <Empty title={t('error.crashTitle')} text={t('error.crashText')}>
        <Button theme="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
      </Empty>
    </main>
  )
}
