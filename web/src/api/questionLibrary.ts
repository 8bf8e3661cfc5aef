import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components } from './schema'

export type LibraryQuestionSummary = components['schemas']['LibraryQuestionSummary']
export type LibraryLanguage = components['schemas']['LibraryAddition']['language']

const libraryKey = ['question-library']

/** The questions that come with the product. */
export function libraryQuery(language: LibraryLanguage) {
  return queryOptions({
    queryKey: [...libraryKey, language],
    queryFn: () => unwrap(api.GET('/api/question-library', { params: { query: { language } } })),
  })
}

export function libraryQuestionQuery(id: string, language: LibraryLanguage) {
  return queryOptions({
    queryKey: [...libraryKey, language, id],
    queryFn: () => unwrap(api.GET('/api/question-library/{id}', { params: { path: { id }, query: { language } } })),
  })
}

/** Adds questions to the question bank. Those that were added before do not change. */
export function useAddLibraryQuestions() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { language: LibraryLanguage; ids: string[] }) => unwrap(api.PUT('/api/question-library', { body })),
    onSuccess: () => Promise.all([['questions'], libraryKey].map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}
