import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, data } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Webhook = Schemas['Webhook']
export type NewWebhook = Schemas['NewWebhook']
export type Delivery = Schemas['WebhookDelivery']
export type WebhookInput = Schemas['WebhookInput']

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => data(api.GET('/api/webhooks')),
})

function useWebhooks<I, O>(change: (input: I) => Promise<O>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: webhooksQuery.queryKey }),
  })
}

export const useCreateWebhook = () => useWebhooks((body: WebhookInput): Promise<NewWebhook> => data(api.POST('/api/webhooks', { body })))

export const useUpdateWebhook = (id: string) =>
  useWebhooks((body: WebhookInput): Promise<Webhook> => data(api.PATCH('/api/webhooks/{id}', { params: { path: { id } }, body })))

export const useDeleteWebhook = () => useWebhooks((id: string) => data(api.DELETE('/api/webhooks/{id}', { params: { path: { id } } })))

export const useRotateWebhook = () =>
  useWebhooks((id: string): Promise<NewWebhook> => data(api.POST('/api/webhooks/{id}/rotate', { params: { path: { id } } })))

/** What was sent to a webhook; while something is on its way it is asked for again. */
export function deliveryPages(id: string, state: Delivery['state'] | undefined) {
  return infiniteQueryOptions({
    queryKey: ['webhooks', id, 'deliveries', state],
    queryFn: ({ pageParam }) =>
      data(api.GET('/api/webhooks/{id}/deliveries', { params: { path: { id }, query: { state, limit: 30, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
    refetchInterval: ({ state: { data: loaded } }) => (loaded?.pages.some(({ items }) => items.some(underWay)) ? 1500 : 5000),
  })
}

/** Whether something will become of it in a moment. */
function underWay({ state, attempts }: Delivery): boolean {
  return state === 'sending' || (state === 'waiting' && attempts === 0)
}

export function useTestWebhook(id: string) {
  return useWebhooks(() => data(api.POST('/api/webhooks/{id}/test', { params: { path: { id } } })))
}

export const useResend = () => useWebhooks((id: string) => data(api.POST('/api/webhook-deliveries/{id}/resend', { params: { path: { id } } })))
