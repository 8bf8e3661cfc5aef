import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components } from './schema'

export type AuditEntry = components['schemas']['AuditEntry']
export type AuditVerification = components['schemas']['AuditVerification']

export interface AuditFilter {
  from?: string
  to?: string
  userId?: string
  /** An action, or the beginning of actions when it ends with a period. */
  action?: string
}

export function auditPagesQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/audit', { params: { query: { ...filter, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** Compares the newest entries with the hash chain; the server records it. */
export function verifyAudit() {
  return unwrap(api.GET('/api/audit/verification'))
}

/** The URL of the entries as a CSV file. */
export function auditExportURL(filter: AuditFilter): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString()
  return query ? `/api/audit/export?${query}` : '/api/audit/export'
}
