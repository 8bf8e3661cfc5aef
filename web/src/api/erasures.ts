import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components } from './schema'
import { currentLanguage } from '@/i18n/language'

export type Erasure = components['schemas']['Erasure']
export type ErasurePreview = components['schemas']['ErasurePreview']

export function erasurePreviewQuery(candidateId: string) {
  return queryOptions({
    queryKey: ['candidates', 'erasure', candidateId],
    queryFn: () => unwrap(api.GET('/api/candidates/{id}/erasure', { params: { path: { id: candidateId } } })),
    gcTime: 0,
  })
}

export const erasurePagesQuery = infiniteQueryOptions({
  queryKey: ['erasures'],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/erasures', { params: { query: { cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor || undefined,
})

/** Erases a candidate; all lists may have contained the person. */
export function useEraseCandidate(candidateId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => unwrap(api.POST('/api/candidates/{id}/erasure', { params: { path: { id: candidateId } }, body: { name } })),
    // Not the preview: it is displayed until the caller has closed it.
    onSuccess: () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[1] !== 'erasure' }),
  })
}

/** Sets the legal hold of a candidate, or releases it. */
export function useChangeHold(candidateId: string, held: boolean) {
  const client = useQueryClient()
  const path = { params: { path: { id: candidateId } } }
  return useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        held
          ? api.POST('/api/candidates/{id}/hold/release', { ...path, body: { reason } })
          : api.PUT('/api/candidates/{id}/hold', { ...path, body: { reason } }),
      ),
    onSuccess: (preview) => client.setQueryData(erasurePreviewQuery(candidateId).queryKey, preview),
  })
}

/** The URL of a candidate's data as a ZIP. */
export function candidateExportURL(candidateId: string): string {
  return `/api/candidates/${encodeURIComponent(candidateId)}/export?language=${currentLanguage()}`
}
