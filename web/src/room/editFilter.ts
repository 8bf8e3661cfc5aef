// Repairs or rejects transactions that the server would refuse.

import { EditorState, Text, Transaction, type ChangeSet, type ChangeSpec, type Extension, type TransactionSpec } from '@codemirror/state'
import { encodedSize, MAX_PUSH_BYTES } from './pushSize'
import type { Changes, Limits } from './protocol'

/** A change set with more parts than the server accepts is sent as one replacement. */
const MAX_PARTS = 4_000

const LONE_SURROGATE = /\p{Surrogate}/gu

export interface EditFilterOptions {
  getLimits: () => Limits
  onRefused: (reason: 'too_large') => void
}

export function editFilter(options: EditFilterOptions): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged || transaction.annotation(Transaction.remote)) return transaction
    if (exceedsLimits(transaction, options.getLimits())) {
      options.onRefused('too_large')
      return []
    }
    const changes = repairChanges(transaction)
    return changes ? withChanges(transaction, changes) : transaction
  })
}

function exceedsLimits(transaction: Transaction, limits: Limits): boolean {
  if (transaction.newDoc.length <= transaction.startState.doc.length) return false
  let inserted = 0
  transaction.changes.iterChanges((_fromA, _toA, fromB, toB) => {
    inserted += toB - fromB
  })
  if (inserted > limits.pushUnits || transaction.newDoc.length > limits.documentUnits) return true
  return encodedSize(transaction.changes.toJSON() as Changes) > MAX_PUSH_BYTES
}

interface Replacement {
  from: number
  to: number
  insert: Text
}

// The browser's own editing compares code units: 😀 made into 😁 arrives as a change of the second half
// only. Such a change is widened to whole characters; the resulting text is the same.
function repairChanges(transaction: Transaction): ChangeSpec | null {
  const old = transaction.startState.doc
  let repaired = false
  const parts: Replacement[] = []
  transaction.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    const from = splitsSurrogatePair(old, fromA) ? fromA - 1 : fromA
    const to = splitsSurrogatePair(old, toA) ? toA + 1 : toA
    const hasLone = hasLoneSurrogate(inserted)
    if (from === fromA && to === toA && !hasLone) {
      parts.push({ from, to, insert: inserted })
      return
    }
    repaired = true
    const whole = old.sliceString(from, fromA) + inserted.toString() + old.sliceString(toA, to)
    parts.push({ from, to, insert: Text.of(whole.replace(LONE_SURROGATE, '\uFFFD').split('\n')) })
  })
  if (parts.length * 2 > MAX_PARTS) return mergeChanges(transaction.changes, transaction.newDoc)
  return repaired ? parts : null
}

function splitsSurrogatePair(doc: Text, at: number): boolean {
  if (at <= 0 || at >= doc.length) return false
  const around = doc.sliceString(at - 1, at + 1)
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(around)
}

function hasLoneSurrogate(inserted: Text): boolean {
  LONE_SURROGATE.lastIndex = 0
  return inserted.length > 0 && LONE_SURROGATE.test(inserted.toString())
}

function mergeChanges(changes: ChangeSet, newDoc: Text): ChangeSpec {
  let from = -1
  let to = 0
  let fromNew = 0
  let toNew = 0
  changes.iterChanges((fromA, toA, fromB, toB) => {
    if (from < 0) [from, fromNew] = [fromA, fromB]
    ;[to, toNew] = [toA, toB]
  })
  const insert = newDoc.sliceString(fromNew, toNew).replace(LONE_SURROGATE, '\uFFFD')
  return { from, to, insert: Text.of(insert.split('\n')) }
}

function withChanges(transaction: Transaction, changes: ChangeSpec): TransactionSpec {
  const event = transaction.annotation(Transaction.userEvent)
  return {
    changes,
    ...(transaction.selection ? { selection: transaction.selection } : {}),
    ...(event ? { userEvent: event } : {}),
    effects: transaction.effects,
    scrollIntoView: transaction.scrollIntoView,
  }
}
