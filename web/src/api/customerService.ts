import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { Conversation, CustomerServiceSettings, CustomerServiceSettingsInput } from './types'

const settingsKey = ['customer-service', 'settings']

export const customerServiceSettingsQuery = queryOptions({
  queryKey: settingsKey,
  queryFn: () => unwrap(api.GET('/api/settings/customer-service')),
})

/** The accounts in WeCom, read from there. */
export const customerServiceAccountsQuery = queryOptions({
  queryKey: ['customer-service', 'accounts'],
  queryFn: () => unwrap(api.GET('/api/settings/customer-service/accounts')),
  retry: false,
})

export function useSetCustomerServiceSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CustomerServiceSettingsInput) => unwrap(api.PUT('/api/settings/customer-service', { body })),
    onSuccess: (saved: CustomerServiceSettings) => client.setQueryData(settingsKey, saved),
  })
}

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/conversation', { params: { path: { id } } })),
    refetchInterval: CHANGES_INTERVAL,
  })
}

function useChange<V>(id: string, change: (input: V) => Promise<Conversation>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (conversation) => {
      client.setQueryData(conversationQuery(id).queryKey, conversation)
      void client.invalidateQueries({ queryKey: ['messages'] })
    },
    onError: () => client.invalidateQueries({ queryKey: ['conversation', id] }),
  })
}

export const useAnswerCandidate = (id: string) =>
  useChange(id, (body: { text: string; requestId: string }) =>
    unwrap(api.POST('/api/interviews/{id}/conversation', { params: { path: { id } }, body })),
  )

export const useRenewConversationLink = (id: string) =>
  useChange(id, () => unwrap(api.POST('/api/interviews/{id}/conversation/link', { params: { path: { id } } })))
