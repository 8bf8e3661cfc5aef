import { useMutation, useQueryClient } from '@tanstack/react-query'
import { asFile } from './asFile'
import { api, unwrap } from './client'
import type { components, operations } from './schema'

export type QuestionImport = components['schemas']['QuestionImport']
export type QuestionFileFormat = NonNullable<NonNullable<operations['exportQuestions']['parameters']['query']>['format']>

/** The server's limit of a file in bytes, checked before the upload. */
export const maxQuestionFileBytes = 5 * 1024 * 1024

/** The most questions that an export selects one by one. */
export const maxSelectedQuestions = 100

/** The URL of an export: of the questions with the ids, or of all that match. */
export function questionExportUrl(format: QuestionFileFormat, selection: { ids?: string[]; q?: string | undefined; difficulty?: string | undefined; tag?: string | undefined }): string {
  const query = new URLSearchParams({ format })
  if (selection.ids) query.set('ids', selection.ids.join(','))
  for (const name of ['q', 'difficulty', 'tag'] as const) {
    const value = selection[name]
    if (value) query.set(name, value)
  }
  return `/api/questions/export?${query}`
}

export function usePreviewQuestionImport() {
  return useMutation({ mutationFn: (file: File): Promise<QuestionImport> => unwrap(api.POST('/api/questions/import/preview', asFile(file))) })
}

export function useImportQuestions() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ file, plan }: { file: File; plan: string }): Promise<QuestionImport> => unwrap(api.POST('/api/questions/import', { params: { query: { plan } }, ...asFile(file) })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['questions'] }),
  })
}
