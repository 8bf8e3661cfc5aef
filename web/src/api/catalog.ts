import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { CandidateInput, PositionInput, Question, QuestionInput, StarterCodeInput } from './types'

const firstPage = undefined as string | undefined

export function positionPagesQuery(query: { q?: string; state?: 'open' | 'closed' }) {
  return infiniteQueryOptions({
    queryKey: ['positions', 'pages', query],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/positions', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** The first matching positions, for a picker. */
export function positionChoicesQuery(q: string) {
  return queryOptions({
    queryKey: ['positions', 'choices', q],
    queryFn: () => unwrap(api.GET('/api/positions', { params: { query: { q: q || undefined, limit: 50 } } })),
  })
}

export function positionQuery(id: string) {
  return queryOptions({
    queryKey: ['positions', 'one', id],
    queryFn: () => unwrap(api.GET('/api/positions/{id}', { params: { path: { id } } })),
    enabled: id !== '',
  })
}

export function candidatePagesQuery(query: { q?: string; positionId?: string }) {
  return infiniteQueryOptions({
    queryKey: ['candidates', 'pages', query],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/candidates', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

export function candidateChoicesQuery(q: string) {
  return queryOptions({
    queryKey: ['candidates', 'choices', q],
    queryFn: () => unwrap(api.GET('/api/candidates', { params: { query: { q: q || undefined, limit: 30 } } })),
  })
}

export function candidateQuery(id: string) {
  return queryOptions({
    queryKey: ['candidates', 'one', id],
    queryFn: () => unwrap(api.GET('/api/candidates/{id}', { params: { path: { id } } })),
    enabled: id !== '',
  })
}

export function questionPagesQuery(query: { q?: string; difficulty?: Question['difficulty']; tag?: string; attention?: true }) {
  return infiniteQueryOptions({
    queryKey: ['questions', 'pages', query],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/questions', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** A question with its texts, code and test cases. It is read when it is opened and not again: an editor keeps the version that it shows. */
export function questionQuery(id: string) {
  return queryOptions({
    queryKey: ['questions', 'one', id],
    queryFn: () => unwrap(api.GET('/api/questions/{id}', { params: { path: { id } } })),
    gcTime: 0,
    staleTime: Infinity,
  })
}

export function questionVersionPagesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['questions', 'versions', id],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/questions/{id}/versions', { params: { path: { id }, query: { cursor: pageParam } } })),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** A version does not change. */
export function questionVersionQuery(id: string, number: number) {
  return queryOptions({
    queryKey: ['question-version', id, number],
    queryFn: () => unwrap(api.GET('/api/questions/{id}/versions/{number}', { params: { path: { id, number } } })),
    staleTime: Infinity,
  })
}

export function questionChoicesQuery(q: string) {
  return queryOptions({
    queryKey: ['questions', 'choices', q],
    queryFn: () => unwrap(api.GET('/api/questions', { params: { query: { q: q || undefined, limit: 30 } } })),
  })
}

export const templatesQuery = queryOptions({
  queryKey: ['scorecard-templates'],
  queryFn: () => unwrap(api.GET('/api/scorecard-templates')),
  staleTime: 300_000,
})

function useSaveMutation<I, O>(area: string, save: (input: I) => Promise<O>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: save,
    onSuccess: () => client.invalidateQueries({ queryKey: [area] }),
  })
}

/** Creates a position, or updates the one with the id. */
export const useSavePosition = (id?: string) =>
  useSaveMutation('positions', (body: PositionInput) =>
    unwrap(id ? api.PATCH('/api/positions/{id}', { params: { path: { id } }, body }) : api.POST('/api/positions', { body })),
  )

export const useDeletePosition = (id: string) =>
  useSaveMutation('positions', (_: void) => unwrap(api.DELETE('/api/positions/{id}', { params: { path: { id } } })))

export const useSaveCandidate = (id?: string) =>
  useSaveMutation('candidates', (body: CandidateInput) =>
    unwrap(id ? api.PATCH('/api/candidates/{id}', { params: { path: { id } }, body }) : api.POST('/api/candidates', { body })),
  )

export const useSaveQuestion = (id?: string) =>
  useSaveMutation('questions', (body: QuestionInput) =>
    unwrap(id ? api.PATCH('/api/questions/{id}', { params: { path: { id } }, body }) : api.POST('/api/questions', { body })),
  )

export const useRestoreQuestion = (id: string) =>
  useSaveMutation('questions', (body: { number: number; version?: number }) => unwrap(api.POST('/api/questions/{id}/restore', { params: { path: { id } }, body })))

export const useGenerateStarterCode = () =>
  useMutation({ mutationFn: (body: StarterCodeInput) => unwrap(api.POST('/api/questions/starter-code', { body })) })
