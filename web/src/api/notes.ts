import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { NoteInput, NotePatch, TimedNote } from './types'

/** The caller's notes about moments of an interview, and the shared ones, by their moments. */
export function notesQuery(interviewId: string) {
  return queryOptions({
    queryKey: ['notes', interviewId],
    queryFn: async () => (await unwrap(api.GET('/api/interviews/{id}/notes', { params: { path: { id: interviewId } } }))).items,
  })
}

function useNotesMutation<V, O>(interviewId: string, change: (input: V) => Promise<O>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries(notesQuery(interviewId)) })
}

export const useCreateNote = (interviewId: string) =>
  useNotesMutation(interviewId, (body: NoteInput) => unwrap(api.POST('/api/interviews/{id}/notes', { params: { path: { id: interviewId } }, body })))

export const useUpdateNote = (interviewId: string) =>
  useNotesMutation(interviewId, ({ id, ...body }: NotePatch & { id: TimedNote['id'] }) => unwrap(api.PATCH('/api/notes/{id}', { params: { path: { id } }, body })))

export const useDeleteNote = (interviewId: string) =>
  useNotesMutation(interviewId, (id: TimedNote['id']) => unwrap(api.DELETE('/api/notes/{id}', { params: { path: { id } } })))
