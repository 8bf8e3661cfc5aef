import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { changeLanguage } from '@/i18n'
import { api, unwrap } from './client'
import { Problem } from './problem'
import type { Language, Session } from './types'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => unwrap(api.GET('/api/session')),
  staleTime: 60_000,
  retry: (count, err) => !(err instanceof Problem && err.status === 401) && count < 2,
})

/** The ways to sign in beside WeCom. */
export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: () => unwrap(api.GET('/api/sign-in')),
  staleTime: 300_000,
})

export function useChangeLanguage() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (language: Language) => {
      await changeLanguage(language)
      // Without a session the language is stored in the browser only.
      if (!client.getQueryData(sessionQuery.queryKey)) return
      const session = await unwrap(api.PATCH('/api/session', { body: { language } }))
      client.setQueryData(sessionQuery.queryKey, session as Session)
    },
    // Server texts are in the language of the request: refetch them.
    onSuccess: () => client.invalidateQueries(),
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/session')),
    onSuccess: () => {
      client.clear()
      window.location.assign('/signin?signed_out=1')
    },
  })
}
