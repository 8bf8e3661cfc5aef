import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { CHANGES_INTERVAL } from './polling'
import type { DecisionMailInput, DecisionMailSettings, DecisionMailSettingsInput, DecisionMailView, Interview } from './types'

const settingsKey = ['decision-mails', 'settings']

export const decisionMailSettingsQuery = queryOptions({
  queryKey: settingsKey,
  queryFn: () => unwrap(api.GET('/api/settings/decision-mails')),
})

export function useSetDecisionMailSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: DecisionMailSettingsInput) => unwrap(api.PUT('/api/settings/decision-mails', { body })),
    onSuccess: (saved: DecisionMailSettings) => client.setQueryData(settingsKey, saved),
  })
}

/** The mail with the result of an interview. A decision changes what can be mailed: its time is part of the key. */
export function decisionMailQuery({ id, result }: Pick<Interview, 'id' | 'result'>) {
  return queryOptions({
    queryKey: ['decision-mails', id, result?.decidedAt ?? ''],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/decision-mail', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (isLeaving(state.data) ? 3_000 : CHANGES_INTERVAL),
  })
}

function isLeaving(view: DecisionMailView | undefined): boolean {
  if (!view?.mail) return false
  const { state, sendAt } = view.mail
  return state === 'sending' || (state === 'scheduled' && Date.parse(sendAt) < Date.now() + 10_000)
}

function useChange<V>(interview: Interview, change: (input: V) => Promise<DecisionMailView>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (view) => {
      client.setQueryData(decisionMailQuery(interview).queryKey, view)
      void client.invalidateQueries({ queryKey: ['messages'] })
      void client.invalidateQueries({ queryKey: ['interview', interview.id] })
    },
    onError: () => client.invalidateQueries({ queryKey: ['decision-mails', interview.id] }),
  })
}

export const useSaveDecisionMail = (interview: Interview) =>
  useChange(interview, (body: DecisionMailInput) =>
    unwrap(api.PUT('/api/interviews/{id}/decision-mail', { params: { path: { id: interview.id } }, body })),
  )

export const useCancelDecisionMail = (interview: Interview) =>
  useChange(interview, (version: number) =>
    unwrap(api.POST('/api/interviews/{id}/decision-mail/cancel', { params: { path: { id: interview.id } }, body: { version } })),
  )
