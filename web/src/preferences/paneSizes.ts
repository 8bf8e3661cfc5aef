import { useSyncExternalStore } from 'react'
import { readStored, writeStored } from './storage'

const key = 'huimian.room.panes'

/** The panes of a room that can be resized, with their bounds in percent of the room's width, or of the column's height. */
export const paneBounds = {
  problem: { min: 20, max: 40, initial: 26 },
  side: { min: 20, max: 35, initial: 25 },
  output: { min: 15, max: 70, initial: 32 },
} as const

export type PaneName = keyof typeof paneBounds
export type PaneSizes = Readonly<Record<PaneName, number>>

const paneNames = Object.keys(paneBounds) as PaneName[]

function limit(pane: PaneName, percent: number): number {
  const { min, max } = paneBounds[pane]
  return Math.round(Math.min(max, Math.max(min, percent)))
}

/** The sizes that the browser keeps; the initial ones in place of what is missing or not a number. */
function readSizes(): PaneSizes {
  let stored: unknown
  try {
    stored = JSON.parse(readStored(key) ?? '{}')
  } catch {
    stored = {}
  }
  const sizeOf = (pane: PaneName): number => {
    const value: unknown = stored && typeof stored === 'object' ? (stored as Record<string, unknown>)[pane] : undefined
    return typeof value === 'number' && Number.isFinite(value) ? limit(pane, value) : paneBounds[pane].initial
  }
  return Object.fromEntries(paneNames.map((pane) => [pane, sizeOf(pane)])) as Record<PaneName, number>
}

/** The sizes of the panes, which all rooms in this browser share. */
export class PaneSizeStore {
  private current = readSizes()
  private readonly listeners = new Set<() => void>()

  readonly get = (): PaneSizes => this.current

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Resizes within the bounds. The browser keeps the size after `keep`. */
  resize(pane: PaneName, percent: number): void {
    const size = limit(pane, percent)
    if (size === this.current[pane]) return
    this.current = { ...this.current, [pane]: size }
    for (const listener of this.listeners) listener()
  }

  keep(): void {
    writeStored(key, JSON.stringify(this.current))
  }
}

export const paneSizes = new PaneSizeStore()

export function usePaneSizes(): PaneSizes {
  return useSyncExternalStore(paneSizes.subscribe, paneSizes.get)
}
