import { boundsOf, unite, type Bounds } from '@/drawing/bounds'
import { isNewer, isVisible, sortVisible, type DrawingElement, type VisibleElement } from '@/drawing/element'
import { countUpTo } from './sorted'

/** Number of updates between two drawings that are kept. */
const CHECKPOINT_INTERVAL = 100

/** The drawing at each time. */
export class DrawingHistory {
  /** around everything that was ever drawn; null without anything */
  readonly bounds: Bounds | null
  /** after each CHECKPOINT_INTERVAL updates */
  private readonly checkpoints: ReadonlyMap<string, DrawingElement>[] = []
  private shown: { count: number; elements: readonly VisibleElement[] } = { count: 0, elements: [] }

  /** `times` are those of the updates in milliseconds since the start of the recording, ascending. */
  constructor(
    private readonly updates: readonly (readonly DrawingElement[])[],
    readonly times: readonly number[],
  ) {
    const elements = new Map<string, DrawingElement>()
    let bounds: Bounds | null = null
    updates.forEach((update, index) => {
      if (index % CHECKPOINT_INTERVAL === 0) this.checkpoints.push(new Map(elements))
      merge(elements, update)
      for (const element of update) if (isVisible(element)) bounds = unite(bounds, boundsOf(element))
    })
    this.bounds = bounds
  }

  get isEmpty(): boolean {
    return this.updates.length === 0
  }

  /** The visible elements from back to front; the same list until the next update. */
  elementsAt(time: number): readonly VisibleElement[] {
    const count = countUpTo(this.times, time)
    if (count !== this.shown.count) this.shown = { count, elements: sortVisible(this.fold(count).values()) }
    return this.shown.elements
  }

  /** The time of the last update up to a time, -1 before the first. */
  lastChange(time: number): number {
    return this.times[countUpTo(this.times, time) - 1] ?? -1
  }

  private fold(count: number): Map<string, DrawingElement> {
    const checkpoint = Math.max(0, Math.floor((count - 1) / CHECKPOINT_INTERVAL))
    const elements = new Map(this.checkpoints[checkpoint])
    for (const update of this.updates.slice(checkpoint * CHECKPOINT_INTERVAL, count)) merge(elements, update)
    return elements
  }
}

function merge(elements: Map<string, DrawingElement>, update: readonly DrawingElement[]): void {
  for (const element of update) if (isNewer(element, elements.get(element.id))) elements.set(element.id, element)
}
