import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { ScorecardDraft } from './types'

export function myScorecardQuery(id: string) {
  return queryOptions({
    queryKey: ['scorecard', id],
    queryFn: scorecardStorage(id).fetchLatest,
    // Never refetched while it is edited: that would replace the user's input.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  })
}

export function scorecardsQuery(id: string) {
  return queryOptions({
    queryKey: ['scorecards', id],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/scorecards', { params: { path: { id } } })),
  })
}

/** Storage of the signed-in interviewer's scorecard. */
export function scorecardStorage(id: string) {
  const params = { path: { id } }
  return {
    save: (body: ScorecardDraft) => unwrap(api.PUT('/api/interviews/{id}/scorecard', { params, body })),
    submit: (version: number) => unwrap(api.POST('/api/interviews/{id}/scorecard/submit', { params, body: { version } })),
    fetchLatest: () => unwrap(api.GET('/api/interviews/{id}/scorecard', { params })),
  }
}

/** Returns a function that invalidates the queries that a submitted scorecard affects. */
export function useInvalidateAfterSubmit(id: string) {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['interview', id] })
    void client.invalidateQueries({ queryKey: ['scorecards', id] })
    void client.invalidateQueries({ queryKey: ['overview'] })
  }
}
