import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { MailPreviewInput, MailTemplate, MailTemplateInput, MailTemplateKind } from './types'

const listKey = ['mail-templates']

export const mailTemplatesQuery = queryOptions({
  queryKey: listKey,
  queryFn: () => unwrap(api.GET('/api/settings/mail-templates')),
})

export function mailTemplateQuery(kind: MailTemplateKind) {
  return queryOptions({
    queryKey: [...listKey, kind],
    queryFn: () => unwrap(api.GET('/api/settings/mail-templates/{kind}', { params: { path: { kind } } })),
  })
}

/** The versions that are kept, newest first. */
export function mailTemplateVersionsQuery(kind: MailTemplateKind, version: number) {
  return queryOptions({
    queryKey: [...listKey, kind, 'versions', version],
    queryFn: () => unwrap(api.GET('/api/settings/mail-templates/{kind}/versions', { params: { path: { kind } } })),
  })
}

/** A mail with sample data, as the server would send it. */
export function mailPreviewQuery(kind: MailTemplateKind, body: MailPreviewInput) {
  return queryOptions({
    queryKey: [...listKey, kind, 'preview', body],
    queryFn: () => unwrap(api.POST('/api/settings/mail-templates/{kind}/preview', { params: { path: { kind } }, body })),
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function useSaveMailTemplate(kind: MailTemplateKind) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: MailTemplateInput) => unwrap(api.PUT('/api/settings/mail-templates/{kind}', { params: { path: { kind } }, body })),
    onSuccess: (saved: MailTemplate) => {
      client.setQueryData(mailTemplateQuery(kind).queryKey, saved)
      void client.invalidateQueries({ queryKey: listKey, exact: true })
    },
    // The form merges the stored template of a conflict; a form that is opened later starts with it.
    onError: () => client.invalidateQueries({ queryKey: mailTemplateQuery(kind).queryKey, exact: true }),
  })
}
