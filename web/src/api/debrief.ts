import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components } from './schema'

export type Debrief = components['schemas']['Debrief']
export type DebriefRound = components['schemas']['DebriefRound']
export type DebriefCriterion = components['schemas']['DebriefCriterion']

/** The rounds of a candidate that the caller may see, side by side. */
export function debriefQuery(candidateId: string) {
  return queryOptions({
    queryKey: ['debrief', candidateId],
    queryFn: () => unwrap(api.GET('/api/candidates/{id}/debrief', { params: { path: { id: candidateId } } })),
  })
}

/** The URL of the debrief as a spreadsheet. */
export function debriefExportURL(candidateId: string): string {
  return `/api/candidates/${encodeURIComponent(candidateId)}/debrief/export`
}
