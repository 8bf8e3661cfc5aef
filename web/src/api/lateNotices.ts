import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { LateNotices } from './types'

export function lateNoticesQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['late-notices', interviewId],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/late-notices', { params: { path: { id: interviewId } } })),
    refetchInterval: CHANGES_INTERVAL, // interviewers are late or arrive at any time
  })
}

export function useReportLate(interviewId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (minutes: number) => unwrap(api.POST('/api/interviews/{id}/late-notices', { params: { path: { id: interviewId } }, body: { minutes } })),
    onSuccess: (saved: LateNotices) => {
      client.setQueryData(lateNoticesQuery(interviewId).queryKey, saved)
      return client.invalidateQueries({ queryKey: ['history', interviewId] })
    },
  })
}
