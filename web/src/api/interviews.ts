import { keepPreviousData, infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { isOpen } from './interviewState'
import { CHANGES_INTERVAL } from './polling'
import type { Decision, Interview, InterviewInput, InterviewPatch, InterviewState } from './types'

export interface InterviewFilter {
  state?: InterviewState[]
  scope?: 'mine' | 'all'
  q?: string
  positionId?: string
  candidateId?: string
  from?: string
  to?: string
  order?: 'asc' | 'desc'
}

export function interviewPagesQuery(filter: InterviewFilter) {
  return infiniteQueryOptions({
    queryKey: ['interviews', 'pages', filter],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET('/api/interviews', { params: { query: { ...filter, limit: 30, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** The latest interviews of a candidate for a position, without cancelled ones. */
export function applicationInterviewsQuery(candidateId: string | undefined, positionId: string | undefined) {
  const query = { candidateId, positionId, state: ['scheduled', 'in_progress', 'ended'] as InterviewState[], scope: 'all' as const, limit: 30, order: 'desc' as const }
  return queryOptions({
    queryKey: ['interviews', 'application', query],
    queryFn: async () => (await unwrap(api.GET('/api/interviews', { params: { query } }))).items,
    enabled: candidateId !== undefined && positionId !== undefined,
  })
}

/** All interviews that overlap from..to; all pages are loaded, so that a calendar is complete. */
export function interviewsBetweenQuery(from: Date, to: Date, scope: 'mine' | 'all') {
  const query = { from: from.toISOString(), to: to.toISOString(), scope, limit: 100, order: 'asc' as const }
  return queryOptions({
    queryKey: ['interviews', 'between', query],
    queryFn: async () => {
      const items: Interview[] = []
      let cursor: string | undefined
      do {
        const page = await unwrap(api.GET('/api/interviews', { params: { query: { ...query, cursor } } }))
        items.push(...page.items)
        cursor = page.nextCursor || undefined
      } while (cursor)
      return items
    },
  })
}

export function interviewQuery(id: string) {
  return queryOptions({
    queryKey: ['interview', id],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}', { params: { path: { id } } })),
    // Responses arrive from the chat at any time; a pending invitation or room is ready within seconds.
    refetchInterval: ({ state }) => (state.data && hasPendingWork(state.data) ? 3_000 : CHANGES_INTERVAL),
  })
}

function hasPendingWork({ interviewers, room, meeting, state }: Interview): boolean {
  if (interviewers.some(({ notified }) => notified === 'waiting')) return true
  const isComplete = room.state === 'ready' && (meeting.kind === 'none' || meeting.url !== undefined)
  return !isComplete && isOpen(state)
}

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => unwrap(api.GET('/api/overview')),
  refetchInterval: 30_000,
})

/** For recruiters: the interviews on which they have to act. */
export const worklistQuery = queryOptions({
  queryKey: ['overview', 'worklist'],
  queryFn: async () => (await unwrap(api.GET('/api/worklist'))).groups,
  refetchInterval: 60_000,
})

/** For recruiters: the number of these interviews, by reason. */
export const worklistCountsQuery = queryOptions({
  queryKey: ['overview', 'worklist', 'counts'],
  queryFn: async () => (await unwrap(api.GET('/api/worklist/counts'))).groups,
  refetchInterval: 60_000,
})

export function interviewMessagesQuery(id: string) {
  return queryOptions({
    queryKey: ['messages', 'interview', id],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/messages', { params: { path: { id } } })),
    refetchInterval: 10_000,
  })
}

/** What happened to an interview; the version selects the state of the list. */
export function interviewHistoryQuery(id: string, version: number) {
  return queryOptions({
    queryKey: ['history', id, version],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/history', { params: { path: { id } } })),
    placeholderData: keepPreviousData,
  })
}

// A change of an interview affects lists, the overview and the message log.
function useInterviewMutation<V>(change: (input: V) => Promise<Interview>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (interview) => {
      const { candidateLink: _, ...kept } = interview
      client.setQueryData(interviewQuery(interview.id).queryKey, kept)
      void client.invalidateQueries({ queryKey: ['interviews'] })
      void client.invalidateQueries({ queryKey: ['overview'] })
      void client.invalidateQueries({ queryKey: ['messages'] })
      void client.invalidateQueries({ queryKey: ['scorecards', interview.id] })
    },
  })
}

export const useScheduleInterview = () =>
  useInterviewMutation((body: InterviewInput) => unwrap(api.POST('/api/interviews', { body })))

export const useUpdateInterview = (id: string) =>
  useInterviewMutation((body: InterviewPatch) => unwrap(api.PATCH('/api/interviews/{id}', { params: { path: { id } }, body })))

export const useRetryRoom = (id: string) =>
  useInterviewMutation((_: void) => unwrap(api.POST('/api/interviews/{id}/room/retry', { params: { path: { id } } })))

export const useCancelInterview = (id: string) =>
  useInterviewMutation((reason: string) =>
    unwrap(api.POST('/api/interviews/{id}/cancel', { params: { path: { id } }, body: { reason } })),
  )

export const useRespondToInvitation = (id: string) =>
  useInterviewMutation((body: { response: 'accepted' | 'declined'; reason?: string }) =>
    unwrap(api.POST('/api/interviews/{id}/response', { params: { path: { id } }, body })),
  )

export const useStartInterview = (id: string) =>
  useInterviewMutation((_: void) => unwrap(api.POST('/api/interviews/{id}/start', { params: { path: { id } } })))

export const useEndInterview = (id: string) =>
  useInterviewMutation((_: void) => unwrap(api.POST('/api/interviews/{id}/end', { params: { path: { id } } })))

export const useSaveDecision = (id: string) =>
  useInterviewMutation((body: { decision: Decision; comment?: string }) =>
    unwrap(api.PUT('/api/interviews/{id}/result', { params: { path: { id } }, body })),
  )

/** The link that was created last. It is read on request only: the audit log records who has seen it. */
export const useShowCandidateLink = (id: string) =>
  useMutation({ mutationFn: (_: void) => unwrap(api.GET('/api/interviews/{id}/candidate-link', { params: { path: { id } } })) })

export function useCreateCandidateLink(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/interviews/{id}/candidate-link', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['interview', id] }),
  })
}
