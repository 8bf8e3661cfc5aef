import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { CompanyAvailability, CompanyAvailabilityInput, MemberAvailabilityInput } from './types'

interface AvailabilityParams {
  interviewer: string[]
  from: string
  durationMinutes: number
  at?: string
  candidateId?: string
  interviewId?: string
}

/** The time of interviewers, and when all of them are free. */
export function availabilityQuery(query: AvailabilityParams) {
  return queryOptions({
    queryKey: ['availability', 'find', query],
    queryFn: () => unwrap(api.GET('/api/availability', { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
}

export const companyAvailabilityQuery = queryOptions({
  queryKey: ['availability', 'company'],
  queryFn: () => unwrap(api.GET('/api/settings/availability')),
})

export function useSetCompanyAvailability() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CompanyAvailabilityInput) => unwrap(api.PUT('/api/settings/availability', { body })),
    onSuccess: (saved: CompanyAvailability) => client.setQueryData(companyAvailabilityQuery.queryKey, saved),
  })
}

export function memberAvailabilityQuery(userId: string) {
  return queryOptions({
    queryKey: ['availability', 'member', userId],
    queryFn: () => unwrap(api.GET('/api/members/{userId}/availability', { params: { path: { userId } } })),
  })
}

export function useSetMemberAvailability(userId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: MemberAvailabilityInput) => unwrap(api.PUT('/api/members/{userId}/availability', { params: { path: { userId } }, body })),
    onSuccess: (saved) => client.setQueryData(memberAvailabilityQuery(userId).queryKey, saved),
  })
}
