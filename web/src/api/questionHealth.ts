import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, unwrap } from './client'
import type { QuestionHealth } from './types'

/** Interval in milliseconds at which a check that waits or runs is read again. */
const CHECK_INTERVAL = 2_000

const listKey = ['questions', 'pages']
const healthKey = (id: string) => ['question-health', id]

/** The newest check of a question and its usage, for those who may change questions. */
export function questionHealthQuery(id: string) {
  return queryOptions({
    queryKey: healthKey(id),
    queryFn: () => unwrap(api.GET('/api/questions/{id}/health', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (isCheckActive(state.data) ? CHECK_INTERVAL : false),
  })
}

export function isCheckActive(health: QuestionHealth | undefined): boolean {
  return health?.check?.state === 'queued' || health?.check?.state === 'running'
}

/** The health of a question. When a check has ended, lists are read again: they show a part of it. */
export function useQuestionHealth(id: string) {
  const client = useQueryClient()
  const query = useQuery(questionHealthQuery(id))
  const isActive = isCheckActive(query.data)
  useEffect(() => {
    if (isActive) return () => void client.invalidateQueries({ queryKey: listKey })
  }, [client, isActive])
  return query
}

/** A change whose response is the health of the question; lists show a part of it. */
function useHealthMutation<I>(id: string, save: (input: I) => Promise<QuestionHealth>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: save,
    onSuccess: (health) => {
      client.setQueryData(healthKey(id), health)
      return client.invalidateQueries({ queryKey: listKey })
    },
  })
}

export const useCheckQuestion = (id: string) =>
  useHealthMutation(id, (_: void) => unwrap(api.POST('/api/questions/{id}/check', { params: { path: { id } } })))

export const useCancelCheck = (id: string) =>
  useHealthMutation(id, (_: void) => unwrap(api.DELETE('/api/questions/{id}/check', { params: { path: { id } } })))

export const useSetReview = (id: string) =>
  useHealthMutation(id, (reviewBy: string) => unwrap(api.PUT('/api/questions/{id}/review', { params: { path: { id } }, body: { reviewBy } })))
