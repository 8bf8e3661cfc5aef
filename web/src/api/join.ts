import { queryOptions } from '@tanstack/react-query'
import { api, data } from './client'
import { Problem } from './problem'
import type { components } from './schema'

export type Joining = components['schemas']['Join']

export function joinQuery(token: string) {
  return queryOptions({
    queryKey: ['join', token],
    queryFn: () => data(api.GET('/api/join/{token}', { params: { path: { token } } })),
    staleTime: 60_000,
    retry: (count, err) => !isDead(err) && count < 2,
  })
}

/** The link is unknown, replaced or withdrawn. */
export function isDead(err: unknown): err is Problem {
  return err instanceof Problem && [400, 404, 410, 422].includes(err.status)
}

export function enter(token: string) {
  return data(api.POST('/api/join/{token}', { params: { path: { token } } }))
}

const PROBES = 3

/** Milliseconds there and back: the best of a few, because the first also opens the connection. */
export async function roundTrip(): Promise<number> {
  let best = Infinity
  for (let probe = 0; probe < PROBES; probe++) {
    const start = performance.now()
    const response = await fetch('/healthz', { cache: 'no-store' })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    best = Math.min(best, performance.now() - start)
  }
  return Math.round(best)
}
