// Cursors and selections of the other participants: a state field, mapped through changes and drawn as decorations.

import { StateEffect, StateField, type Extension, type Range as SetRange, type Transaction } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import type { Range } from './protocol'
import { authorEffect } from './sync'

export interface RemoteCursor {
  connection: string
  participantId: string
  name: string
  /** 0 to 7; the colours are defined in room.css as --room-peer-0 … */
  color: number
  ranges: Range[]
}

export const showRemoteCursor = StateEffect.define<RemoteCursor>()
export const hideRemoteCursor = StateEffect.define<string>()
export const hideAllRemoteCursors = StateEffect.define<null>()

interface ShownCursor extends RemoteCursor {
  /** incremented on each cursor move, so that the name is shown again */
  moves: number
}

type CursorsByConnection = ReadonlyMap<string, ShownCursor>

export const remoteCursorField = StateField.define<CursorsByConnection>({
  create: () => new Map(),
  update: (cursors, transaction) => applyCursorEffects(mapThroughChanges(cursors, transaction), transaction),
  provide: (field) => EditorView.decorations.compute([field, 'doc'], (state) => buildDecorations(state.field(field), state.doc)),
})

// Text inserted at a cursor moves the cursor only when the cursor's own participant typed it.
function mapThroughChanges(cursors: CursorsByConnection, transaction: Transaction): CursorsByConnection {
  if (!transaction.docChanged || cursors.size === 0) return cursors
  const author = transaction.effects.find((effect) => effect.is(authorEffect))?.value as string | undefined
  const moved = new Map<string, ShownCursor>()
  for (const [connection, peer] of cursors) {
    const side = peer.participantId === author ? 1 : -1
    const map = (position: number) => transaction.changes.mapPos(position, side)
    moved.set(connection, { ...peer, ranges: peer.ranges.map((r) => ({ anchor: map(r.anchor), head: map(r.head) })) })
  }
  return moved
}

function applyCursorEffects(cursors: CursorsByConnection, transaction: Transaction): CursorsByConnection {
  let next: Map<string, ShownCursor> | null = null
  for (const effect of transaction.effects) {
    if (effect.is(showRemoteCursor)) {
      next ??= new Map(cursors)
      const moves = (next.get(effect.value.connection)?.moves ?? 0) + 1
      next.set(effect.value.connection, { ...effect.value, ranges: clampRanges(effect.value.ranges, transaction), moves })
    } else if (effect.is(hideRemoteCursor)) {
      next ??= new Map(cursors)
      next.delete(effect.value)
    } else if (effect.is(hideAllRemoteCursors)) {
      next = new Map()
    }
  }
  return next ?? cursors
}

function clampRanges(ranges: Range[], transaction: Transaction): Range[] {
  const clamp = (position: number) => Math.max(0, Math.min(position, transaction.newDoc.length))
  return ranges.map((range) => ({ anchor: clamp(range.anchor), head: clamp(range.head) }))
}

function buildDecorations(cursors: CursorsByConnection, doc: { lineAt(position: number): { number: number } }): DecorationSet {
  const marks: SetRange<Decoration>[] = []
  for (const peer of cursors.values()) {
    for (const { anchor, head } of peer.ranges) {
      const [from, to] = anchor < head ? [anchor, head] : [head, anchor]
      if (from < to) marks.push(Decoration.mark({ class: `room-selection room-peer-${peer.color}` }).range(from, to))
      const widget = new CaretWidget(peer.name, peer.color, peer.moves, doc.lineAt(head).number === 1)
      marks.push(Decoration.widget({ widget, side: 1 }).range(head))
    }
  }
  return Decoration.set(marks, true)
}

class CaretWidget extends WidgetType {
  constructor(
    private readonly name: string,
    private readonly color: number,
    private readonly moves: number,
    private readonly firstLine: boolean,
  ) {
    super()
  }

  override eq(other: CaretWidget): boolean {
    return this.name === other.name && this.moves === other.moves && this.firstLine === other.firstLine
  }

  // The style sheet renders the name: it must not be part of the line's text.
  toDOM(): HTMLElement {
    const caret = document.createElement('span')
    caret.className = `room-caret room-peer-${this.color}${this.firstLine ? ' room-caret-first' : ''}`
    caret.setAttribute('aria-hidden', 'true')
    caret.dataset.name = this.name
    return caret
  }

  override ignoreEvent(): boolean {
    return true
  }
}

export const remoteCursors: Extension = remoteCursorField
