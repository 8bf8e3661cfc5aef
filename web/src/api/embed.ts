import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { Problem } from './problem'
import type { EmbeddedEvaluation, Scorecard, ScorecardDraft } from './types'

// Pages in ShowMeBug's frames: the token in the URL authorises the request, no cookie is sent.

export function embeddedResumeQuery(token: string) {
  return queryOptions({
    queryKey: ['embed', 'resume', token],
    queryFn: () => unwrap(api.GET('/api/embed/resume/{token}', { params: { path: { token } } })),
    retry: (count, err) => !isInvalidLink(err) && count < 2,
  })
}

export function embeddedScorecardQuery(token: string) {
  return queryOptions({
    queryKey: ['embed', 'evaluation', token],
    queryFn: () => unwrap(api.GET('/api/embed/evaluation/{token}', { params: { path: { token } } })),
    retry: (count, err) => !isInvalidLink(err) && count < 2,
    // Polled only until the scorecard can be edited: a refetch would replace the user's input.
    refetchInterval: ({ state }) => (state.data?.scorecard?.state === 'none' && !state.data.canEvaluate ? 10_000 : false),
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  })
}

/** Storage of the draft behind a signed URL, which cannot submit it. */
export function embeddedScorecardStorage(token: string) {
  const params = { path: { token } }
  return {
    save: async (body: ScorecardDraft) => requireScorecard(await unwrap(api.PUT('/api/embed/evaluation/{token}', { params, body }))),
    fetchLatest: async () => requireScorecard(await unwrap(api.GET('/api/embed/evaluation/{token}', { params }))),
  }
}

// A URL issued for one interviewer always has a scorecard.
function requireScorecard({ scorecard }: EmbeddedEvaluation): Scorecard {
  if (!scorecard) throw new Problem(404, 'client.no_scorecard', '')
  return scorecard
}

/** Whether the URL has expired or is invalid. */
export function isInvalidLink(err: unknown): err is Problem {
  return err instanceof Problem && [400, 401, 403, 404, 410, 422].includes(err.status)
}
