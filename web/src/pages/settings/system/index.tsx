import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SystemStatus } from '@/api/system'
import { runSystemChecks, systemStatusQuery } from '@/api/system'
import { useTimeZone } from '@/app/useSession'
import { formatDateTimeWithYear } from '@/time/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { ErrorState, QueryContent } from '@/ui/feedback'
import { FindingTable } from './FindingTable'
import './system.css'

/** The state of the installation in sentences, and the checks of `huimian doctor`. */
export default function SystemTab() {
  const { t, i18n } = useTranslation('admin')
  const status = useQuery(systemStatusQuery(i18n.language))
  const checks = useMutation({ mutationFn: runSystemChecks })
  return (
    <>
      <Card flush title={t('system.title')} actions={<RefreshButton onClick={() => void status.refetch()} loading={status.isRefetching} />}>
        <QueryContent query={status} lines={8}>
          {(result) => <StatusContent result={result} label={t('system.title')} />}
        </QueryContent>
      </Card>
      <Card
        flush
        title={t('system.checks')}
        actions={
          <Button size="small" loading={checks.isPending} onClick={() => checks.mutate()}>
            {t('system.run')}
          </Button>
        }
      >
        {checks.data ? (
          <StatusContent result={checks.data} label={t('system.checks')} />
        ) : (
          <p className="hm-system__about hm-small hm-muted">{t(checks.isPending ? 'system.running' : 'system.about')}</p>
        )}
        {checks.error && <ErrorState error={checks.error} />}
      </Card>
    </>
  )
}

function RefreshButton({ onClick, loading }: { onClick: () => void; loading: boolean }) {
  const { t } = useTranslation('admin')
  return (
    <Button size="small" loading={loading} onClick={onClick}>
      {t('system.refresh')}
    </Button>
  )
}

function StatusContent({ result, label }: { result: SystemStatus; label: string }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const count = result.findings.filter(({ state }) => state === 'fail' || state === 'warn').length
  return (
    <>
      <p className="hm-system__summary" role="status">
        <span>{count === 0 ? t('system.healthy') : t('system.problems', { count })}</span>
        <span className="hm-small hm-muted">{t('system.checkedAt', { time: formatDateTimeWithYear(result.checkedAt, zone) })}</span>
      </p>
      <FindingTable label={label} findings={result.findings} />
    </>
  )
}
