import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { PoolInput, Substitutions } from './types'

/** The interviewers of a position. */
export function poolQuery(positionId: string) {
  return queryOptions({
    queryKey: ['pool', positionId],
    queryFn: () => unwrap(api.GET('/api/positions/{id}/pool', { params: { path: { id: positionId } } })),
    gcTime: 0, // an editor keeps the version that it shows
    staleTime: Infinity,
  })
}

export function useSavePool(positionId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PoolInput) => unwrap(api.PATCH('/api/positions/{id}/pool', { params: { path: { id: positionId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['pool', positionId] }),
  })
}

interface ProposalParams {
  startsAt: string
  durationMinutes: number
  chosen: string[]
  interviewId?: string
}

/** Interviewers of a position for a time, the best first. */
export function proposalQuery(positionId: string, query: ProposalParams) {
  return queryOptions({
    queryKey: ['pool', positionId, 'proposal', query],
    queryFn: () => unwrap(api.GET('/api/positions/{id}/pool/proposal', { params: { path: { id: positionId }, query } })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
}

export function substitutionsQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['substitutions', interviewId],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/substitutions', { params: { path: { id: interviewId } } })),
    refetchInterval: CHANGES_INTERVAL, // members answer at any time
  })
}

export function useSetSubstitution(interviewId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (automatic: boolean) => unwrap(api.PUT('/api/interviews/{id}/substitutions', { params: { path: { id: interviewId } }, body: { automatic } })),
    onSuccess: (saved: Substitutions) => client.setQueryData(substitutionsQuery(interviewId).queryKey, saved),
  })
}
