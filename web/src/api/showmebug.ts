import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, data } from './client'
import type {
  RoomSettings, ShowMeBugContact, ShowMeBugInput, ShowMeBugMember, ShowMeBugSettings, Sitting, SittingInput,
} from './types'

/** Which kinds of room the company can have, and which one new interviews get. */
export const roomKindsQuery = queryOptions({
  queryKey: ['rooms', 'kinds'],
  queryFn: () => data(api.GET('/api/settings/rooms')),
  staleTime: 60_000,
})

export function useSetDefaultRoom() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (defaultKind: RoomSettings['defaultKind']) => data(api.PUT('/api/settings/rooms', { body: { defaultKind } })),
    onSuccess: (rooms) => client.setQueryData(roomKindsQuery.queryKey, rooms),
  })
}

export const showmebugQuery = queryOptions({
  queryKey: ['showmebug', 'connection'],
  queryFn: () => data(api.GET('/api/settings/showmebug')),
})

// A connection made or lost changes which rooms there are, and who is known there.
function useConnectionChange<V>(change: (input: V) => Promise<ShowMeBugSettings>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (connection) => {
      client.setQueryData(showmebugQuery.queryKey, connection)
      void client.invalidateQueries({ queryKey: roomKindsQuery.queryKey })
      void client.invalidateQueries({ queryKey: ['showmebug', 'members'] })
    },
  })
}

export const useConnectShowMeBug = () =>
  useConnectionChange((body: ShowMeBugInput) => data(api.PUT('/api/settings/showmebug', { body })))

export const useCheckShowMeBug = () => useConnectionChange((_: void) => data(api.POST('/api/settings/showmebug/check')))

export const useDisconnectShowMeBug = () => useConnectionChange((_: void) => data(api.DELETE('/api/settings/showmebug')))

export function showmebugMemberPages(state?: ShowMeBugMember['state']) {
  return infiniteQueryOptions({
    queryKey: ['showmebug', 'members', state],
    queryFn: ({ pageParam }) => data(api.GET('/api/showmebug/members', { params: { query: { state, limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
    // Somebody who is being made there is there in a moment.
    refetchInterval: (query) => (query.state.data?.pages.some(({ items }) => items.some((one) => one.state === 'pending')) ? 3000 : false),
  })
}

function useMemberChange<V>(change: (input: V) => Promise<ShowMeBugMember>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: ['showmebug', 'members'] }) })
}

export const useSetShowMeBugContact = (userId: string) =>
  useMemberChange((body: ShowMeBugContact) => data(api.PUT('/api/showmebug/members/{userId}', { params: { path: { userId } }, body })))

export const useSyncShowMeBugMember = (userId: string) =>
  useMemberChange((_: void) => data(api.POST('/api/showmebug/members/{userId}/sync', { params: { path: { userId } } })))

/** The first exams that fit, for a picker. */
export function examChoices(q: string) {
  return queryOptions({
    queryKey: ['exams', 'choices', q],
    queryFn: () => data(api.GET('/api/showmebug/exams', { params: { query: { q: q || undefined } } })),
  })
}

export function sittingsQuery(candidateId: string) {
  return queryOptions({
    queryKey: ['exams', 'of', candidateId],
    queryFn: () => data(api.GET('/api/candidates/{id}/exams', { params: { path: { id: candidateId } } })),
    // An address that is being made, a mail on its way: a matter of seconds.
    refetchInterval: ({ state }) => (state.data?.items.some(moving) ? 3_000 : 10_000),
  })
}

function moving({ state, mail }: Sitting): boolean {
  return state === 'preparing' || mail === 'queued'
}

function useSittingChange<V>(candidateId: string, change: (input: V) => Promise<Sitting>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: sittingsQuery(candidateId).queryKey }),
  })
}

export const useSendExam = (candidateId: string) =>
  useSittingChange(candidateId, (body: SittingInput) => data(api.POST('/api/candidates/{id}/exams', { params: { path: { id: candidateId } }, body })))

export const useRefreshSitting = (candidateId: string) =>
  useSittingChange(candidateId, (id: string) => data(api.POST('/api/showmebug/sittings/{id}/refresh', { params: { path: { id } } })))
