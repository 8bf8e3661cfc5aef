import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { isInvalidJoinLink } from './join'
import type { BookingPage } from './types'

/** The candidate's page of an offer. */
export function bookingQuery(token: string) {
  return queryOptions({
    queryKey: ['booking', token],
    queryFn: () => unwrap(api.POST('/api/book/lookup', { body: { token } })),
    refetchInterval: 30_000, // others may take a slot
    retry: (count, err) => !isInvalidJoinLink(err) && count < 2,
  })
}

function useBookingMutation<V>(token: string, change: (input: V) => Promise<BookingPage>) {
  const client = useQueryClient()
  const key = bookingQuery(token).queryKey
  return useMutation({
    mutationFn: change,
    onSuccess: (page) => client.setQueryData(key, page),
    onError: () => void client.invalidateQueries({ queryKey: key }), // the slot was taken
  })
}

export const useBookSlot = (token: string) =>
  useBookingMutation(token, (startsAt: string) => unwrap(api.POST('/api/book', { body: { token, startsAt } })))

export const useRequestOtherTime = (token: string) =>
  useBookingMutation(token, (reason: string) => unwrap(api.POST('/api/book/request', { body: { token, reason } })))
