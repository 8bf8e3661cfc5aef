// Others' cursors and selections: a field that follows the text, drawn as decorations.

import { StateEffect, StateField, type Extension, type Range as SetRange, type Transaction } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import type { Range } from './protocol'
import { authored } from './sync'

export interface Peer {
  connection: string
  participantId: string
  name: string
  /** 0 to 7; the colours stand in room.css as --room-peer-0 … */
  color: number
  ranges: Range[]
}

export const showPeer = StateEffect.define<Peer>()
export const hidePeer = StateEffect.define<string>()
export const hideAllPeers = StateEffect.define<null>()

interface Shown extends Peer {
  /** grows each time the person moves the cursor, so that the name shows again */
  moves: number
}

type Peers = ReadonlyMap<string, Shown>

export const peerField = StateField.define<Peers>({
  create: () => new Map(),
  update: (peers, transaction) => place(follow(peers, transaction), transaction),
  provide: (field) => EditorView.decorations.compute([field, 'doc'], (state) => draw(state.field(field), state.doc)),
})

// Text that a person typed at their own cursor moves that cursor along; anybody else's does not.
function follow(peers: Peers, transaction: Transaction): Peers {
  if (!transaction.docChanged || peers.size === 0) return peers
  const author = transaction.effects.find((effect) => effect.is(authored))?.value as string | undefined
  const moved = new Map<string, Shown>()
  for (const [connection, peer] of peers) {
    const side = peer.participantId === author ? 1 : -1
    const map = (position: number) => transaction.changes.mapPos(position, side)
    moved.set(connection, { ...peer, ranges: peer.ranges.map((r) => ({ anchor: map(r.anchor), head: map(r.head) })) })
  }
  return moved
}

function place(peers: Peers, transaction: Transaction): Peers {
  let next: Map<string, Shown> | null = null
  for (const effect of transaction.effects) {
    if (effect.is(showPeer)) {
      next ??= new Map(peers)
      const moves = (next.get(effect.value.connection)?.moves ?? 0) + 1
      next.set(effect.value.connection, { ...effect.value, ranges: within(effect.value.ranges, transaction), moves })
    } else if (effect.is(hidePeer)) {
      next ??= new Map(peers)
      next.delete(effect.value)
    } else if (effect.is(hideAllPeers)) {
      next = new Map()
    }
  }
  return next ?? peers
}

function within(ranges: Range[], transaction: Transaction): Range[] {
  const clamp = (position: number) => Math.max(0, Math.min(position, transaction.newDoc.length))
  return ranges.map((range) => ({ anchor: clamp(range.anchor), head: clamp(range.head) }))
}

function draw(peers: Peers, doc: { lineAt(position: number): { number: number } }): DecorationSet {
  const marks: SetRange<Decoration>[] = []
  for (const peer of peers.values()) {
    for (const { anchor, head } of peer.ranges) {
      const [from, to] = anchor < head ? [anchor, head] : [head, anchor]
      if (from < to) marks.push(Decoration.mark({ class: `room-selection room-peer-${peer.color}` }).range(from, to))
      const widget = new Caret(peer.name, peer.color, peer.moves, doc.lineAt(head).number === 1)
      marks.push(Decoration.widget({ widget, side: 1 }).range(head))
    }
  }
  return Decoration.set(marks, true)
}

class Caret extends WidgetType {
  constructor(
    private readonly name: string,
    private readonly color: number,
    private readonly moves: number,
    private readonly firstLine: boolean,
  ) {
    super()
  }

  override eq(other: Caret): boolean {
    return this.name === other.name && this.moves === other.moves && this.firstLine === other.firstLine
  }

  // The name is drawn by the style sheet: it must not be a part of the line's text.
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

export const peers: Extension = peerField
