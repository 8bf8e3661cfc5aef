import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, data } from './client'
import type { ScorecardDraft } from './types'

export function myScorecardQuery(id: string) {
  return queryOptions({
    queryKey: ['scorecard', id],
    queryFn: () => data(api.GET('/api/interviews/{id}/scorecard', { params: { path: { id } } })),
    // What is being typed is never replaced behind the writer's back.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  })
}

export function scorecardsQuery(id: string) {
  return queryOptions({
    queryKey: ['scorecards', id],
    queryFn: () => data(api.GET('/api/interviews/{id}/scorecards', { params: { path: { id } } })),
  })
}

export function saveScorecard(id: string, body: ScorecardDraft) {
  return data(api.PUT('/api/interviews/{id}/scorecard', { params: { path: { id } }, body }))
}

export function useSubmitScorecard(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (version: number) =>
      data(api.POST('/api/interviews/{id}/scorecard/submit', { params: { path: { id } }, body: { version } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['interview', id] })
      void client.invalidateQueries({ queryKey: ['scorecards', id] })
      void client.invalidateQueries({ queryKey: ['overview'] })
    },
  })
}
