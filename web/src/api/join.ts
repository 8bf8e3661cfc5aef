import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { currentLanguage } from '@/i18n/language'
import { api, unwrap } from './client'
import { Problem } from './problem'
import type { components } from './schema'

export type JoinInfo = components['schemas']['Join']

export function joinQuery(token: string) {
  return queryOptions({
    queryKey: ['join', token, currentLanguage()],
    queryFn: () => unwrap(api.POST('/api/join/lookup', { body: { token } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: (count, err) => !isInvalidJoinLink(err) && count < 2,
  })
}

/** Whether the link is unknown, replaced or withdrawn. */
export function isInvalidJoinLink(err: unknown): err is Problem {
  return err instanceof Problem && [400, 404, 410, 422].includes(err.status)
}

/** Enters as the candidate, who has accepted a version of the text if one is required. */
export function redeemJoinLink(token: string, consentVersion: number | undefined) {
  return unwrap(api.POST('/api/join', { body: { token, consentVersion } }))
}

const PROBE_COUNT = 3

/** Round-trip time in ms: the minimum of PROBE_COUNT requests, because the first also opens the connection. */
export async function measureRoundTrip(): Promise<number> {
  let best = Infinity
  for (let probe = 0; probe < PROBE_COUNT; probe++) {
    const start = performance.now()
    const response = await fetch('/healthz', { cache: 'no-store' })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    best = Math.min(best, performance.now() - start)
  }
  return Math.round(best)
}
