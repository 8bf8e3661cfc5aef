import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { SmartBotSettings, SmartBotSettingsInput } from './types'

export const smartBotSettingsQuery = queryOptions({
  queryKey: ['smart-bot', 'settings'],
  queryFn: () => unwrap(api.GET('/api/settings/smart-bot')),
})

export function useSetSmartBotSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SmartBotSettingsInput) => unwrap(api.PUT('/api/settings/smart-bot', { body })),
    onSuccess: (saved: SmartBotSettings) => client.setQueryData(smartBotSettingsQuery.queryKey, saved),
  })
}
