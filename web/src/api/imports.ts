import { useMutation, useQueryClient } from '@tanstack/react-query'
import { currentLanguage } from '@/i18n/language'
import { asFile } from './asFile'
import { api, unwrap } from './client'
import type { components, operations } from './schema'

export type Import = components['schemas']['Import']
export type ImportLine = components['schemas']['ImportLine']
export type ImportKind = Import['kind']
export type ImportCommit = components['schemas']['ImportCommit']
/** The encoding of a CSV file. */
export type ImportEncoding = NonNullable<NonNullable<operations['previewImport']['parameters']['query']>['encoding']>

/** The server's upload limit in bytes, checked before the upload. */
export const maxImportBytes = 5 * 1024 * 1024

/** A spreadsheet template in the user's language. */
export const templateUrl = (kind: ImportKind) => `/api/imports/template?kind=${kind}&lang=${currentLanguage()}`

export function usePreviewImport(kind: ImportKind) {
  return useMutation({
    mutationFn: ({ file, encoding }: { file: File; encoding?: ImportEncoding }): Promise<Import> =>
      unwrap(
        api.POST('/api/imports', {
          params: { query: { kind, name: file.name.slice(0, 200), ...(encoding && { encoding }) } },
          ...asFile(file),
        }),
      ),
  })
}

export function useCommitImport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: ImportCommit & { id: string }): Promise<Import> =>
      unwrap(api.POST('/api/imports/{id}/commit', { params: { path: { id } }, body })),
    onSuccess: () => client.invalidateQueries(),
  })
}
