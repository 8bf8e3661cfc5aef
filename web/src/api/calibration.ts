import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { currentLanguage } from '@/i18n/language'
import type { ReplayLog } from '@/replay/log'
import { api, unwrap } from './client'
import { parseProblem } from './problem'
import type { components } from './schema'
import type { ScorecardDraft } from './types'

export type CalibrationExercise = components['schemas']['CalibrationExercise']
export type CalibrationInput = components['schemas']['CalibrationInput']
export type CalibrationEdit = components['schemas']['CalibrationEdit']
export type CalibrationDrift = components['schemas']['CalibrationDrift']
export type CalibrationResult = components['schemas']['CalibrationResult']
export type CalibrationRating = components['schemas']['CalibrationRating']
export type Agreement = components['schemas']['Agreement']
export type CriterionAgreement = components['schemas']['CriterionAgreement']

const key = ['calibration']

export const calibrationsQuery = queryOptions({
  queryKey: [...key, 'list'],
  queryFn: async () => (await unwrap(api.GET('/api/calibration/exercises'))).items,
})

export const calibrationFiguresQuery = queryOptions({
  queryKey: [...key, 'figures'],
  queryFn: () => unwrap(api.GET('/api/calibration/figures')),
})

export const ownDriftQuery = queryOptions({
  queryKey: [...key, 'drift'],
  queryFn: () => unwrap(api.GET('/api/calibration/drift')),
})

export function calibrationQuery(id: string) {
  return queryOptions({
    queryKey: [...key, 'exercise', id],
    queryFn: () => unwrap(api.GET('/api/calibration/exercises/{id}', { params: { path: { id } } })),
  })
}

export function calibrationResultQuery(id: string) {
  return queryOptions({
    queryKey: [...key, 'result', id],
    queryFn: () => unwrap(api.GET('/api/calibration/exercises/{id}/result', { params: { path: { id } } })),
  })
}

async function fetchReplay(path: string): Promise<ReplayLog> {
  const response = await fetch(path, { headers: { 'Accept-Language': currentLanguage() }, credentials: 'same-origin' })
  if (!response.ok) throw await parseProblem(response)
  return (await response.json()) as ReplayLog
}

/** The replay of an exercise without names. */
export function calibrationReplayQuery(id: string) {
  return queryOptions({
    queryKey: [...key, 'replay', id],
    queryFn: () => fetchReplay(`/api/calibration/exercises/${encodeURIComponent(id)}/replay`),
    staleTime: Infinity,
    gcTime: 0, // a log can be large
  })
}

/** The replay of an interview as raters would see it. */
export function calibrationPreviewQuery(interviewId: string) {
  return queryOptions({
    queryKey: [...key, 'preview', interviewId],
    queryFn: () => fetchReplay(`/api/calibration/previews/${encodeURIComponent(interviewId)}`),
    staleTime: Infinity,
    gcTime: 0,
  })
}

/** Storage of the rating of the signed-in member. */
export function ratingStorage(id: string) {
  const params = { path: { id } }
  return {
    save: (body: ScorecardDraft) => unwrap(api.PUT('/api/calibration/exercises/{id}/rating', { params, body })),
    submit: (version: number) => unwrap(api.POST('/api/calibration/exercises/{id}/rating/submit', { params, body: { version } })),
    fetchLatest: () => unwrap(api.GET('/api/calibration/exercises/{id}/rating', { params })),
  }
}

export function ratingQuery(id: string) {
  return queryOptions({
    queryKey: [...key, 'rating', id],
    queryFn: ratingStorage(id).fetchLatest,
    // Never refetched while it is edited: that would replace the user's input.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  })
}

/** Returns a function that reads everything about exercises again. */
export function useInvalidateCalibrations(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: key })
}

export function useCreateCalibration() {
  const invalidate = useInvalidateCalibrations()
  return useMutation({
    mutationFn: (body: CalibrationInput) => unwrap(api.POST('/api/calibration/exercises', { body })),
    onSuccess: () => void invalidate(),
  })
}

export function useUpdateCalibration(id: string) {
  const invalidate = useInvalidateCalibrations()
  return useMutation({
    mutationFn: (body: CalibrationEdit) => unwrap(api.PUT('/api/calibration/exercises/{id}', { params: { path: { id } }, body })),
    onSuccess: () => void invalidate(),
  })
}

export function useDeleteCalibration(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/calibration/exercises/{id}', { params: { path: { id } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: calibrationsQuery.queryKey }),
  })
}
