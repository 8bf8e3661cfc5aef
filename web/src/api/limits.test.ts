import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { limits } from './limits'

interface Document {
  components: { schemas: Record<string, { properties?: Record<string, { maxLength?: number }> }> }
}

const { schemas } = (JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8')) as Document).components

it.each(Object.entries(limits))('limits of %s are those of the API', (name, fields) => {
  const expected = Object.fromEntries(Object.keys(fields).map((field) => [field, schemas[name]?.properties?.[field]?.maxLength]))
  expect(fields).toEqual(expected)
})
