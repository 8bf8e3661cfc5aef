import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data } from './client'
import type { ScorecardDraft } from './types'

export function myScorecardQuery(id: string) {
  return queryOptions({
    queryKey: ['scorecard', id],
    queryFn: keepScorecard(id).newest,
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

/** The scorecard of whoever is signed in: store a draft, hand it in, ask for the newest. */
export function keepScorecard(id: string) {
  const params = { path: { id } }
  return {
    save: (body: ScorecardDraft) => data(api.PUT('/api/interviews/{id}/scorecard', { params, body })),
    submit: (version: number) => data(api.POST('/api/interviews/{id}/scorecard/submit', { params, body: { version } })),
    newest: () => data(api.GET('/api/interviews/{id}/scorecard', { params })),
  }
}

/** Has everything asked for again that a scorecard handed in has changed. */
export function useAfterScorecard(id: string) {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['interview', id] })
    void client.invalidateQueries({ queryKey: ['scorecards', id] })
    void client.invalidateQueries({ queryKey: ['overview'] })
  }
}
