import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { CompanyNotifications, CompanyNotificationsInput, OwnNotifications, OwnNotificationsInput } from './types'

export const companyNotificationsQuery = queryOptions({
  queryKey: ['notifications', 'company'],
  queryFn: () => unwrap(api.GET('/api/settings/notifications')),
})

export function useSetCompanyNotifications() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CompanyNotificationsInput) => unwrap(api.PUT('/api/settings/notifications', { body })),
    onSuccess: (saved: CompanyNotifications) => client.setQueryData(companyNotificationsQuery.queryKey, saved),
  })
}

export const ownNotificationsQuery = queryOptions({
  queryKey: ['notifications', 'own'],
  queryFn: () => unwrap(api.GET('/api/session/notifications')),
})

export function useSetOwnNotifications() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: OwnNotificationsInput) => unwrap(api.PUT('/api/session/notifications', { body })),
    onSuccess: (saved: OwnNotifications) => client.setQueryData(ownNotificationsQuery.queryKey, saved),
  })
}
