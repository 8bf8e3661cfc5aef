import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { Message, Role } from './types'

export function memberChoicesQuery(q: string) {
  return queryOptions({
    queryKey: ['members', 'choices', q],
    queryFn: () => unwrap(api.GET('/api/members', { params: { query: { q: q || undefined, limit: 30 } } })),
  })
}

export function memberPagesQuery(query: { q?: string; department?: number }) {
  return infiniteQueryOptions({
    queryKey: ['members', 'pages', query],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/members', { params: { query: { ...query, limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

export const departmentsQuery = queryOptions({
  queryKey: ['departments'],
  queryFn: () => unwrap(api.GET('/api/departments')),
  staleTime: 300_000,
})

export function useSetRoles() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ userId, roles, previous }: { userId: string; roles: Role[]; previous: Role[] }) =>
      unwrap(api.PUT('/api/members/{userId}/roles', { params: { path: { userId } }, body: { roles, previous } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['members'] }),
  })
}

/** The account at the OpenID Connect provider with which a member may sign in. */
export function memberIdentityQuery(userId: string) {
  return queryOptions({
    queryKey: ['members', 'identity', userId],
    queryFn: () => unwrap(api.GET('/api/members/{userId}/identity', { params: { path: { userId } } })),
    staleTime: 0,
  })
}

export function useSetMemberIdentity(userId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { email: string; previous: string }) => unwrap(api.PUT('/api/members/{userId}/identity', { params: { path: { userId } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: memberIdentityQuery(userId).queryKey }),
  })
}

export const contactSyncQuery = queryOptions({
  queryKey: ['contact-sync'],
  queryFn: () => unwrap(api.GET('/api/contacts/sync')),
  refetchInterval: ({ state }) => (state.data?.state === 'queued' || state.data?.state === 'running' ? 1500 : 60_000),
})

export function useStartContactSync() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/contacts/sync')),
    onSuccess: (sync) => client.setQueryData(contactSyncQuery.queryKey, sync),
  })
}

export interface MessageFilter {
  state?: Message['state']
  kind?: Message['kind']
  userId?: string
  interviewId?: string
}

export function messagePagesQuery(query: MessageFilter) {
  return infiniteQueryOptions({
    queryKey: ['messages', 'pages', query],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/messages', { params: { query: { ...query, limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
    refetchInterval: 15_000,
  })
}

export function useRetryMessage() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/messages/{id}/retry', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['messages'] }),
  })
}
