import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { templatesQuery } from './catalog'
import { api, unwrap } from './client'
import type { ScorecardTemplate, ScorecardTemplateDraft } from './types'

const key = ['scorecard-template']

/** A template in all languages, for its editor. */
export function scorecardTemplateQuery(id: string) {
  return queryOptions({
    queryKey: [...key, id],
    queryFn: () => unwrap(api.GET('/api/scorecard-templates/{id}', { params: { path: { id } } })),
  })
}

/** The newest versions, newest first. */
export function templateVersionsQuery(id: string, newest: number) {
  return queryOptions({
    queryKey: [...key, id, 'versions', newest],
    queryFn: () => unwrap(api.GET('/api/scorecard-templates/{id}/versions', { params: { path: { id } } })),
  })
}

export function templateVersionQuery(id: string, version: number) {
  return queryOptions({
    queryKey: [...key, id, 'version', version],
    queryFn: () => unwrap(api.GET('/api/scorecard-templates/{id}/versions/{version}', { params: { path: { id, version } } })),
    staleTime: Infinity, // versions do not change
  })
}

function useTemplateMutation<I>(send: (input: I) => Promise<ScorecardTemplate>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: (saved) => {
      client.setQueryData(scorecardTemplateQuery(saved.id).queryKey, saved)
      void client.invalidateQueries({ queryKey: templatesQuery.queryKey })
    },
  })
}

/** Saves a template as its next version; without an id, as a new one. */
export const useSaveScorecardTemplate = (id: string | undefined) =>
  useTemplateMutation(({ version, title, criteria }: ScorecardTemplateDraft) => {
    const content = { title, criteria: criteria.map(({ id: _, ...criterion }) => criterion) }
    return id === undefined
      ? unwrap(api.POST('/api/scorecard-templates', { body: content }))
      : unwrap(api.PUT('/api/scorecard-templates/{id}', { params: { path: { id } }, body: { ...content, version } }))
  })

export const useArchiveScorecardTemplate = () =>
  useTemplateMutation(({ id, archived }: { id: string; archived: boolean }) =>
    unwrap(api.PUT('/api/scorecard-templates/{id}/archive', { params: { path: { id } }, body: { archived } })),
  )
