import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { asFile } from './asFile'
import { api, unwrap } from './client'
import type { components } from './schema'

export type CandidateFile = components['schemas']['CandidateFile']

/** The server's limit of a file in bytes, checked before the upload. */
export const maxFileBytes = 10 * 1024 * 1024

/** Extensions and types that the file dialog offers. The server decides by the content. */
export const acceptedFiles = '.pdf,.docx,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg'

export function filesQuery(candidateId: string) {
  return queryOptions({
    queryKey: ['candidates', 'files', candidateId],
    queryFn: () => unwrap(api.GET('/api/candidates/{id}/files', { params: { path: { id: candidateId } } })),
  })
}

/** The content of a file. It is not cached: every read is recorded. */
export async function readFile(id: string): Promise<ArrayBuffer> {
  return unwrap(
    api.GET('/api/files/{id}/content', { params: { path: { id }, query: { inline: true } }, parseAs: 'arrayBuffer' }) as unknown as Promise<{ data?: ArrayBuffer }>,
  )
}

/** The URL at which a file is downloaded. */
export const downloadURL = (id: string) => `/api/files/${encodeURIComponent(id)}/content`

export function useUploadFile(candidateId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (file: File): Promise<CandidateFile> =>
      unwrap(
        api.POST('/api/candidates/{id}/files', {
          params: { path: { id: candidateId }, query: { name: file.name.slice(0, 300) } },
          ...asFile(file),
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: filesQuery(candidateId).queryKey }),
  })
}

export function useDeleteFile(candidateId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/files/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: filesQuery(candidateId).queryKey }),
  })
}
