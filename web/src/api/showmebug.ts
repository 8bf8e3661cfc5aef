import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type {
  RoomSettings, ShowMeBugContact, ShowMeBugInput, ShowMeBugMember, ShowMeBugSettings, Sitting, SittingInput,
} from './types'

/** The company's room kinds and the default for new interviews. */
export const roomKindsQuery = queryOptions({
  queryKey: ['rooms', 'kinds'],
  queryFn: () => unwrap(api.GET('/api/settings/rooms')),
  staleTime: 60_000,
})

export function useSetDefaultRoom() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (defaultKind: RoomSettings['defaultKind']) => unwrap(api.PUT('/api/settings/rooms', { body: { defaultKind } })),
    onSuccess: (rooms) => client.setQueryData(roomKindsQuery.queryKey, rooms),
  })
}

export const showmebugQuery = queryOptions({
  queryKey: ['showmebug', 'connection'],
  queryFn: () => unwrap(api.GET('/api/settings/showmebug')),
})

// Connecting or disconnecting changes the available room kinds and the member mapping.
function useConnectionMutation<V>(change: (input: V) => Promise<ShowMeBugSettings>) {
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
  useConnectionMutation((body: ShowMeBugInput) => unwrap(api.PUT('/api/settings/showmebug', { body })))

export const useCheckShowMeBug = () => useConnectionMutation((_: void) => unwrap(api.POST('/api/settings/showmebug/check')))

export const useDisconnectShowMeBug = () => useConnectionMutation((_: void) => unwrap(api.DELETE('/api/settings/showmebug')))

export function showmebugMemberPagesQuery(state?: ShowMeBugMember['state']) {
  return infiniteQueryOptions({
    queryKey: ['showmebug', 'members', state],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/showmebug/members', { params: { query: { state, limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
    // A pending member is created within seconds.
    refetchInterval: (query) => (query.state.data?.pages.some(({ items }) => items.some((one) => one.state === 'pending')) ? 3000 : false),
  })
}

function useMemberMutation<V>(change: (input: V) => Promise<ShowMeBugMember>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: ['showmebug', 'members'] }) })
}

export const useSetShowMeBugContact = (userId: string) =>
  useMemberMutation((body: ShowMeBugContact) => unwrap(api.PUT('/api/showmebug/members/{userId}', { params: { path: { userId } }, body })))

export const useSyncShowMeBugMember = (userId: string) =>
  useMemberMutation((_: void) => unwrap(api.POST('/api/showmebug/members/{userId}/sync', { params: { path: { userId } } })))

/** The first matching exams, for a picker. */
export function examChoicesQuery(q: string) {
  return queryOptions({
    queryKey: ['exams', 'choices', q],
    queryFn: () => unwrap(api.GET('/api/showmebug/exams', { params: { query: { q: q || undefined } } })),
  })
}

export function sittingsQuery(candidateId: string) {
  return queryOptions({
    queryKey: ['exams', 'of', candidateId],
    queryFn: () => unwrap(api.GET('/api/candidates/{id}/exams', { params: { path: { id: candidateId } } })),
    // A link or a mail that is pending is ready within seconds.
    refetchInterval: ({ state }) => (state.data?.items.some(isSittingPending) ? 3_000 : 10_000),
  })
}

function isSittingPending({ state, mail }: Sitting): boolean {
  return state === 'preparing' || mail === 'queued'
}

function useSittingMutation<V>(candidateId: string, change: (input: V) => Promise<Sitting>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: sittingsQuery(candidateId).queryKey }),
  })
}

export const useSendExam = (candidateId: string) =>
  useSittingMutation(candidateId, (body: SittingInput) => unwrap(api.POST('/api/candidates/{id}/exams', { params: { path: { id: candidateId } }, body })))

export const useRefreshSitting = (candidateId: string) =>
  useSittingMutation(candidateId, (id: string) => unwrap(api.POST('/api/showmebug/sittings/{id}/refresh', { params: { path: { id } } })))
