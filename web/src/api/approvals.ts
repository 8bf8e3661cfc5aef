import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { ApprovalSettings, ApprovalSettingsInput, ApprovalView, Interview } from './types'

const settingsKey = ['approvals', 'settings']

export const approvalSettingsQuery = queryOptions({
  queryKey: settingsKey,
  queryFn: () => unwrap(api.GET('/api/settings/approval')),
})

/** A template, read from WeCom. */
export function approvalTemplateQuery(templateId: string) {
  return queryOptions({
    queryKey: ['approvals', 'template', templateId],
    queryFn: () => unwrap(api.GET('/api/settings/approval/template', { params: { query: { templateId } } })),
    retry: false,
    staleTime: Infinity, // the form is about the template that it shows
  })
}

export function useSetApprovalSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ApprovalSettingsInput) => unwrap(api.PUT('/api/settings/approval', { body })),
    onSuccess: (saved: ApprovalSettings) => client.setQueryData(settingsKey, saved),
  })
}

export function useTestApproval() {
  return useMutation({ mutationFn: () => unwrap(api.POST('/api/settings/approval/test')) })
}

/** The requests about the decision of an interview. A decision changes them: its time is part of the key. */
export function approvalsQuery({ id, result }: Pick<Interview, 'id' | 'result'>) {
  return queryOptions({
    queryKey: ['approvals', id, result?.decidedAt ?? ''],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/approval', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (isSubmitting(state.data) ? 3_000 : CHANGES_INTERVAL),
  })
}

function isSubmitting(view: ApprovalView | undefined): boolean {
  const newest = view?.items[0]
  return newest?.state === 'queued' && !newest.failure
}

export function useApplyForApproval({ id }: Pick<Interview, 'id'>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/interviews/{id}/approval', { params: { path: { id } } })),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['approvals', id] })
      void client.invalidateQueries({ queryKey: ['decision-mails', id] })
      void client.invalidateQueries({ queryKey: ['history', id] })
    },
  })
}
