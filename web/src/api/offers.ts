import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { Offer, OfferInput, OfferState, OfferTimesInput } from './types'

export function offerPagesQuery(filter: { state?: OfferState[] }) {
  return infiniteQueryOptions({
    queryKey: ['offers', 'pages', filter],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/offers', { params: { query: { ...filter, limit: 30, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** For recruiters: offers that have expired, or whose candidate asks for another time. */
export const offersToHandleQuery = queryOptions({
  queryKey: ['offers', 'attention'],
  queryFn: async () => (await unwrap(api.GET('/api/offers', { params: { query: { attention: true, limit: 20 } } }))).items,
  refetchInterval: 60_000,
})

export function offerQuery(id: string) {
  return queryOptions({
    queryKey: ['offer', id],
    queryFn: () => unwrap(api.GET('/api/offers/{id}', { params: { path: { id } } })),
    refetchInterval: CHANGES_INTERVAL, // the candidate books at any time
  })
}

function useOfferMutation<V>(change: (input: V) => Promise<Offer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['offer', id] })
      void client.invalidateQueries({ queryKey: ['offers'] })
    },
  })
}

export const useCreateOffer = () => useOfferMutation((body: OfferInput) => unwrap(api.POST('/api/offers', { body })))

export const useSetOfferTimes = (id: string) =>
  useOfferMutation((body: OfferTimesInput) => unwrap(api.PUT('/api/offers/{id}/times', { params: { path: { id } }, body })))

export const useWithdrawOffer = (id: string) =>
  useOfferMutation((_: void) => unwrap(api.POST('/api/offers/{id}/withdraw', { params: { path: { id } } })))

/** The candidate's link. It is read on request only: the audit log records who has seen it. */
export const useShowOfferLink = (id: string) =>
  useMutation({ mutationFn: (_: void) => unwrap(api.GET('/api/offers/{id}/link', { params: { path: { id } } })) })
