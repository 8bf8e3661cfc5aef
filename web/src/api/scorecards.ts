import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { ScorecardDraft, Scorecards } from './types'

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

// A change affects the interviewers of the interview, the overview and the message log.
function useScorecardsMutation<V>(id: string, change: (input: V) => Promise<Scorecards>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (scorecards) => {
      client.setQueryData(scorecardsQuery(id).queryKey, scorecards)
      void client.invalidateQueries({ queryKey: ['interview', id] })
      void client.invalidateQueries({ queryKey: ['overview'] })
      void client.invalidateQueries({ queryKey: ['messages'] })
    },
  })
}

export const useRemindInterviewer = (id: string) =>
  useScorecardsMutation(id, (userId: string) =>
    unwrap(api.POST('/api/interviews/{id}/interviewers/{userId}/scorecard-reminder', { params: { path: { id, userId } } })),
  )

export const useExcuseInterviewer = (id: string) =>
  useScorecardsMutation(id, (userId: string) =>
    unwrap(api.PUT('/api/interviews/{id}/interviewers/{userId}/scorecard-excuse', { params: { path: { id, userId } } })),
  )

export const useRequireScorecard = (id: string) =>
  useScorecardsMutation(id, (userId: string) =>
    unwrap(api.DELETE('/api/interviews/{id}/interviewers/{userId}/scorecard-excuse', { params: { path: { id, userId } } })),
  )

export const useOpenScorecards = (id: string) =>
  useScorecardsMutation(id, (_: void) => unwrap(api.POST('/api/interviews/{id}/scorecards/open', { params: { path: { id } } })))

/** Returns a function that invalidates the queries that a submitted scorecard affects. */
export function useInvalidateAfterSubmit(id: string) {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['interview', id] })
    void client.invalidateQueries({ queryKey: ['scorecards', id] })
    void client.invalidateQueries({ queryKey: ['overview'] })
  }
}
