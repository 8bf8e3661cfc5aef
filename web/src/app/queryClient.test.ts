import { afterEach, expect, it } from 'vitest'
import { onlineManager } from '@tanstack/react-query'
import { createQueryClient } from './queryClient'

afterEach(() => onlineManager.setOnline(true))

it('reports a failed request without a network, in place of waiting for it', async () => {
  onlineManager.setOnline(false)
  const request = createQueryClient().fetchQuery({ queryKey: ['list'], queryFn: () => Promise.reject(new TypeError('Failed to fetch')), retry: false })
  await expect(request).rejects.toThrow('Failed to fetch')
})
