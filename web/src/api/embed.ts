import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { Problem } from './problem'
import type { EmbeddedEvaluation, Scorecard, ScorecardDraft } from './types'

// Pages inside ShowMeBug's frames: the address itself says who may, no cookie is sent.

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
    // What is being typed is never replaced behind the writer's back; before the interview nothing is.
    refetchInterval: ({ state }) => (state.data?.scorecard?.state === 'none' && !state.data.canEvaluate ? 10_000 : false),
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  })
}

/** The scorecard behind a signed address: store a draft, hand it in, ask for the newest. */
export function embeddedScorecardStorage(token: string) {
  const params = { path: { token } }
  return {
    save: async (body: ScorecardDraft) => requireScorecard(await unwrap(api.PUT('/api/embed/evaluation/{token}', { params, body }))),
    submit: (version: number) => unwrap(api.POST('/api/embed/evaluation/{token}/submit', { params, body: { version } })),
    fetchLatest: async () => requireScorecard(await unwrap(api.GET('/api/embed/evaluation/{token}', { params }))),
  }
}

// An address for somebody in particular has a scorecard, and keeps it.
function requireScorecard({ scorecard }: EmbeddedEvaluation): Scorecard {
  if (!scorecard) throw new Problem(404, 'client.no_scorecard', '')
  return scorecard
}

/** The address has run out, or never was one. */
export function isInvalidLink(err: unknown): err is Problem {
  return err instanceof Problem && [400, 401, 403, 404, 410, 422].includes(err.status)
}
