import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { Loop, LoopInput, LoopMoveInput, LoopQuery } from './types'

/** The interviews of a loop that the user may see. */
export function loopQuery(id: string) {
  return queryOptions({
    queryKey: ['loop', id],
    queryFn: () => unwrap(api.GET('/api/loops/{id}', { params: { path: { id } } })),
    refetchInterval: CHANGES_INTERVAL,
  })
}

export const useProposeLoop = () => useMutation({ mutationFn: (body: LoopQuery) => unwrap(api.POST('/api/loops/proposals', { body })) })

function useLoopMutation<V>(change: (input: V) => Promise<Loop>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (loop) => {
      client.setQueryData(loopQuery(loop.id).queryKey, loop)
      for (const key of ['interview', 'interviews', 'overview', 'messages']) void client.invalidateQueries({ queryKey: [key] })
    },
  })
}

export const useCreateLoop = () => useLoopMutation((body: LoopInput) => unwrap(api.POST('/api/loops', { body })))

export const useMoveLoop = (id: string) =>
  useLoopMutation((body: LoopMoveInput) => unwrap(api.POST('/api/loops/{id}/move', { params: { path: { id } }, body })))

export const useCancelLoop = (id: string) =>
  useLoopMutation((body: { reason: string; version: number }) => unwrap(api.POST('/api/loops/{id}/cancel', { params: { path: { id } }, body })))
