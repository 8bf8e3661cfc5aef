import createClient from 'openapi-fetch'
import type { Middleware } from 'openapi-fetch'
import { currentLanguage } from '@/i18n/language'
import { parseProblem } from './problem'
import type { paths } from './schema'

// Failed responses are thrown, so that callers handle one result only.
const throwProblems: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLanguage())
    return request
  },
  async onResponse({ response }) {
    if (!response.ok) throw await parseProblem(response)
  },
}

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' })
api.use(throwProblems)

/** The body of a response. It is present because failed responses are thrown. */
export async function unwrap<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T
}
