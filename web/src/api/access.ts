import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { HiringManagersInput, HiringSettings } from './types'

/** The members who can see a candidate, with the reasons. */
export function viewerPagesQuery(candidateId: string, q: string) {
  return infiniteQueryOptions({
    queryKey: ['candidates', 'access', candidateId, q],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET('/api/candidates/{id}/access', { params: { path: { id: candidateId }, query: { q: q || undefined, limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

export function hiringManagersQuery(positionId: string) {
  return queryOptions({
    queryKey: ['hiring-managers', positionId],
    queryFn: () => unwrap(api.GET('/api/positions/{id}/hiring-managers', { params: { path: { id: positionId } } })),
    gcTime: 0, // an editor keeps the version that it shows
    staleTime: Infinity,
  })
}

export function useSaveHiringManagers(positionId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: HiringManagersInput) => unwrap(api.PUT('/api/positions/{id}/hiring-managers', { params: { path: { id: positionId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['hiring-managers', positionId] }),
  })
}

export const hiringDepartmentsQuery = queryOptions({
  queryKey: ['settings', 'hiring', 'departments'],
  queryFn: () => unwrap(api.GET('/api/settings/hiring/departments')),
})

export function useSaveDepartmentManagers(department: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: HiringManagersInput) => unwrap(api.PUT('/api/settings/hiring/departments', { body: { ...body, department } })),
    onSuccess: () => client.invalidateQueries({ queryKey: hiringDepartmentsQuery.queryKey }),
  })
}

export const hiringSettingsQuery = queryOptions({
  queryKey: ['settings', 'hiring'],
  queryFn: () => unwrap(api.GET('/api/settings/hiring')),
})

export function useSetHiringSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: HiringSettings) => unwrap(api.PUT('/api/settings/hiring', { body })),
    onSuccess: (saved: HiringSettings) => client.setQueryData(hiringSettingsQuery.queryKey, saved),
  })
}
