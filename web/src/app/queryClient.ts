import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from '@/api/problem'

/** Worth asking again: the way was broken or the server was; not that we may not or that it is not there. */
function isRetryable(err: unknown): boolean {
  return !(err instanceof Problem) || err.status >= 500 || err.status === 429
}

export function createQueryClient(): QueryClient {
  // A session that ended shows first in any call: ask for it anew, and the shell leads to the sign-in.
  const onError = (err: unknown) => {
    if (err instanceof Problem && err.status === 401) void client.resetQueries({ queryKey: ['session'] })
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (err, query) => {
        if (query.queryKey[0] !== 'session') onError(err)
      },
    }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (count, err) => count < 2 && isRetryable(err) },
    },
  })
  return client
}
