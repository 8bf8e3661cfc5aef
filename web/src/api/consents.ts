import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { ConsentText, ConsentTextInput } from './types'

/** What the candidate of an interview has accepted, newest first. */
export function consentsQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['consents', interviewId],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/consents', { params: { path: { id: interviewId } } })),
  })
}

export const consentTextQuery = queryOptions({
  queryKey: ['consent-text'],
  queryFn: () => unwrap(api.GET('/api/settings/consent')),
})

export function useSaveConsentText() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ConsentTextInput) => unwrap(api.PUT('/api/settings/consent', { body })),
    onSuccess: (saved: ConsentText) => client.setQueryData(consentTextQuery.queryKey, saved),
  })
}
