import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { interviewQuery } from './interviews'
import { CHANGES_INTERVAL } from './polling'
import type { AppointmentSettings, AppointmentSettingsInput } from './types'

/** The company's calendar and default meeting, and why WeCom refuses them. */
export const appointmentSettingsQuery = queryOptions({
  queryKey: ['appointments', 'settings'],
  queryFn: () => unwrap(api.GET('/api/settings/appointments')),
  staleTime: 60_000,
})

export function useSetAppointmentSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: AppointmentSettingsInput) => unwrap(api.PATCH('/api/settings/appointments', { body })),
    onSuccess: (settings: AppointmentSettings) => client.setQueryData(appointmentSettingsQuery.queryKey, settings),
  })
}

/** The schedule and the meeting of an interview in WeCom. */
export function appointmentsQuery(id: string) {
  return queryOptions({
    queryKey: ['appointments', id],
    queryFn: () => unwrap(api.GET('/api/interviews/{id}/appointments', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === 'preparing') ? 3_000 : CHANGES_INTERVAL),
  })
}

export function useRetryAppointments(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (_: void) => unwrap(api.POST('/api/interviews/{id}/appointments/retry', { params: { path: { id } } })),
    onSuccess: (appointments) => {
      client.setQueryData(appointmentsQuery(id).queryKey, appointments)
      void client.invalidateQueries({ queryKey: interviewQuery(id).queryKey })
    },
  })
}
