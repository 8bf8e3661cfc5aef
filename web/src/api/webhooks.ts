import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Webhook = Schemas['Webhook']
export type NewWebhook = Schemas['NewWebhook']
export type Delivery = Schemas['WebhookDelivery']
export type WebhookInput = Schemas['WebhookInput']

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => unwrap(api.GET('/api/webhooks')),
})

function useWebhookMutation<I, O>(change: (input: I) => Promise<O>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: webhooksQuery.queryKey }),
  })
}

export const useCreateWebhook = () => useWebhookMutation((body: WebhookInput): Promise<NewWebhook> => unwrap(api.POST('/api/webhooks', { body })))

export const useUpdateWebhook = (id: string) =>
  useWebhookMutation((body: WebhookInput): Promise<Webhook> => unwrap(api.PATCH('/api/webhooks/{id}', { params: { path: { id } }, body })))

export const useDeleteWebhook = () => useWebhookMutation((id: string) => unwrap(api.DELETE('/api/webhooks/{id}', { params: { path: { id } } })))

export const useRotateWebhook = () =>
  useWebhookMutation((id: string): Promise<NewWebhook> => unwrap(api.POST('/api/webhooks/{id}/rotate', { params: { path: { id } } })))

/** Deliveries of a webhook; polled faster while one is pending. */
export function deliveryPagesQuery(id: string, state: Delivery['state'] | undefined) {
  return infiniteQueryOptions({
    queryKey: ['webhooks', id, 'deliveries', state],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET('/api/webhooks/{id}/deliveries', { params: { path: { id }, query: { state, limit: 30, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
    refetchInterval: ({ state: { data: loaded } }) => (loaded?.pages.some(({ items }) => items.some(isDeliveryPending)) ? 1500 : 5000),
  })
}

/** Whether the delivery is about to be attempted. */
function isDeliveryPending({ state, attempts }: Delivery): boolean {
  return state === 'sending' || (state === 'waiting' && attempts === 0)
}

export function useTestWebhook(id: string) {
  return useWebhookMutation(() => unwrap(api.POST('/api/webhooks/{id}/test', { params: { path: { id } } })))
}

export const useResendDelivery = () => useWebhookMutation((id: string) => unwrap(api.POST('/api/webhook-deliveries/{id}/resend', { params: { path: { id } } })))
