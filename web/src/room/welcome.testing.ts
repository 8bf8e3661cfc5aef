import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OfType } from './protocol'

const golden = join(import.meta.dirname, '../../../testdata/protocol')

/** The welcome of the examples, with changes. */
export function welcome(change: Partial<OfType<'welcome'>> = {}): OfType<'welcome'> {
  const text = readFileSync(join(golden, 'server-welcome-staff.json'), 'utf8')
  return { ...(JSON.parse(text) as OfType<'welcome'>), ...change }
}
