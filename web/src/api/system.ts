import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components } from './schema'

export type Finding = components['schemas']['Finding']
export type SystemStatus = components['schemas']['SystemStatus']

const refreshInterval = 30_000

/** The state of the installation. The texts have the language of the interface. */
export function systemStatusQuery(language: string) {
  return queryOptions({
    queryKey: ['system', language],
    queryFn: () => unwrap(api.GET('/api/system/status')),
    refetchInterval: refreshInterval,
  })
}

/** Runs the checks of `huimian doctor`, which call WeCom and the public URL. */
export function runSystemChecks() {
  return unwrap(api.POST('/api/system/checks'))
}
