import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditEntry, AuditFilter } from '@/api/audit'
import { auditExportURL, auditPagesQuery, verifyAudit } from '@/api/audit'
import { useTimeZone } from '@/app/useSession'
import { formatDateTimeWithYear } from '@/time/format'
import { Button } from '@/ui/Button'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { EmptyState, ErrorState, QueryContent } from '@/ui/feedback'
import { AuditFilters } from './AuditFilters'
import { VerificationNote } from './VerificationNote'
import { actionKey } from './actions'
import './audit.css'

/** The audit log, newest first. */
export default function AuditTab() {
  const { t } = useTranslation('admin')
  const [filter, setFilter] = useState<AuditFilter>({})
  const pages = useInfiniteQuery(auditPagesQuery(filter))
  const client = useQueryClient()
  const verification = useMutation({ mutationFn: verifyAudit, onSuccess: () => client.invalidateQueries({ queryKey: ['audit'] }) })
  const filtered = Object.values(filter).some(Boolean)
  return (
    <>
      <AuditFilters onChange={setFilter} />
      <Card
        flush
        title={t('audit.title')}
        actions={
          <>
            <Button size="small" loading={verification.isPending} title={t('audit.verifyHint')} onClick={() => verification.mutate()}>
              {t('audit.verify')}
            </Button>
            <ExportButton filter={filter} />
          </>
        }
      >
        {verification.error && <ErrorState error={verification.error} />}
        {verification.data && (
          <div className="hm-audit-verification" role="status">
            <VerificationNote result={verification.data} />
          </div>
        )}
        <QueryContent query={pages} lines={6}>
          {({ pages: loaded }) => {
            const entries = loaded.flatMap(({ items }) => items)
            return entries.length === 0 ? <EmptyState title={t(filtered ? 'audit.noMatch' : 'audit.none')} /> : <AuditTable entries={entries} />
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
    </>
  )
}

function ExportButton({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation('admin')
  return (
    <a className="t-button t-button--theme-default t-button--variant-outline t-size-s" href={auditExportURL(filter)} title={t('audit.exportHint')} download>
      <span className="t-button__text">{t('audit.export')}</span>
    </a>
  )
}

function AuditTable({ entries }: { entries: AuditEntry[] }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const describe = (action: string) => {
    const key = actionKey(action)
    return key ? t(key as never, { defaultValue: action }) : action
  }
  return (
    <Table
      label={t('audit.title')}
      rows={entries}
      columns={[
        { title: t('audit.action'), isRowHeader: true, cell: ({ action }) => describe(action) },
        { title: t('audit.time'), cell: ({ at }) => <span className="hm-num">{formatDateTimeWithYear(at, zone)}</span> },
        { title: t('audit.by'), cell: ({ by }) => by.name || t('audit.system') },
        { title: t('audit.object'), cell: ({ objectId }) => objectId && <code className="hm-small hm-audit-code">{objectId}</code> },
        { title: t('audit.data'), cell: ({ data, tokenId }) => renderDetails(tokenId ? { ...data, token: tokenId } : data) },
      ]}
    />
  )
}

function renderDetails(data: Record<string, string>) {
  const names = Object.keys(data).sort()
  if (names.length === 0) return null
  return (
    <ul className="hm-audit-data hm-small">
      {names.map((name) => (
        <li key={name}>
          <span className="hm-muted">{name}</span> {data[name]}
        </li>
      ))}
    </ul>
  )
}
