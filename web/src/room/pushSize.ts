// The limits of one push.

import type { Changes, Limits, SentUpdate } from './protocol'

/** The server reads frames of at most 1 MiB; the remainder is for the message around the edits. */
export const MAX_PUSH_BYTES = 900_000

// Escapes are part of the JSON text, so a unit of it takes at most three bytes.
const SMALL_JSON_UNITS = 2_000

/** As many leading updates as fit, but at least the first: editFilter.ts ensures that each update fits. */
export function takeFittingUpdates(updates: SentUpdate[], limits: Limits): SentUpdate[] {
  let units = 0
  let size = 0
  const end = updates.slice(0, limits.pushUpdates).findIndex((update, index) => {
    units += insertedUnits(update.changes)
    size += encodedSize(update.changes)
    return index > 0 && (units > limits.pushUnits || size > MAX_PUSH_BYTES)
  })
  return updates.slice(0, end < 0 ? limits.pushUpdates : end)
}

/** UTF-16 units that a change set inserts, line breaks included. */
function insertedUnits(changes: Changes): number {
  let units = 0
  for (const part of changes) {
    if (typeof part === 'number') continue
    const lines = part.slice(1) as string[]
    units += lines.reduce((sum, line) => sum + line.length, 0) + Math.max(0, lines.length - 1)
  }
  return units
}

/** Encoded size in bytes: exact for large change sets, an upper bound for small ones. */
export function encodedSize(changes: Changes): number {
  const json = JSON.stringify(changes)
  return json.length < SMALL_JSON_UNITS ? json.length * 3 : new TextEncoder().encode(json).length
}
