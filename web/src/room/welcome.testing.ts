import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerMessageOf } from './protocol'

const examplesFolder = join(import.meta.dirname, '../../../testdata/protocol')

/** The welcome message of the examples with overrides, in a room without questions: its answer is `code`. */
export function welcomeMessage(change: Partial<ServerMessageOf<'welcome'>> = {}): ServerMessageOf<'welcome'> {
  const text = readFileSync(join(examplesFolder, 'server-welcome-staff.json'), 'utf8')
  const message = JSON.parse(text.replaceAll(/"code:[^"]*"/g, '"code"')) as ServerMessageOf<'welcome'>
  return { ...message, ...change }
}
