import { afterEach, expect, it, vi } from 'vitest'
import { newKey } from './newKey'

afterEach(() => vi.unstubAllGlobals())

it('makes keys on a page without https', () => {
  const { crypto } = globalThis
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  const keys = new Set(Array.from({ length: 100 }, newKey))
  expect(keys.size).toBe(100)
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
})
