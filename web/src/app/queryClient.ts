import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from '@/api/problem'

/** Network errors, 5xx and 429 are retried; other 4xx are not. */
function isRetryable(err: unknown): boolean {
  return !(err instanceof Problem) || err.status >= 500 || err.status === 429
}

export function createQueryClient(): QueryClient {
  // Any 401 means that the session has ended: refetch it, and the shell redirects to the sign-in.
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
      // Without a network a request fails and the page reports it; by default it would wait for the network, behind a skeleton.
      mutations: { networkMode: 'always' },
      queries: { networkMode: 'always', staleTime: 5_000, retry: (count, err) => count < 2 && isRetryable(err) },
    },
  })
  return client
}
