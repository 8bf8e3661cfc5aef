import { ChangeSet, Text } from '@codemirror/state'
import type { Range } from '@/room/protocol'
import type { ReplayUpdate } from './log'
import { countUpTo } from './sorted'

/** Number of updates between two texts that are kept. */
const CHECKPOINT_INTERVAL = 200

/** All versions of a document. Version n is the text after the first n updates. */
export class DocumentHistory {
  /** Time of each update in milliseconds since the start of the recording, ascending. */
  readonly times: number[]
  readonly authors: string[]
  readonly userEvents: string[]
  private readonly changeSets: ChangeSet[]
  private readonly checkpoints: Text[] = []

  constructor(updates: readonly ReplayUpdate[], start: number) {
    this.times = updates.map(({ at }) => Date.parse(at) - start)
    this.authors = updates.map(({ author }) => author)
    this.userEvents = updates.map(({ event }) => event ?? '')
    this.changeSets = updates.map(({ changes }) => ChangeSet.fromJSON(changes))
    let text = Text.empty
    this.changeSets.forEach((changes, index) => {
      if (index % CHECKPOINT_INTERVAL === 0) this.checkpoints.push(text)
      text = changes.apply(text)
    })
  }

  get length(): number {
    return this.times.length
  }

  /** The newest version at a time. */
  versionAt(time: number): number {
    return countUpTo(this.times, time)
  }

  textAt(version: number): Text {
    if (version === 0) return Text.empty
    const checkpoint = Math.floor((version - 1) / CHECKPOINT_INTERVAL)
    let text = this.checkpoints[checkpoint] ?? Text.empty
    for (const changes of this.changesBetween(checkpoint * CHECKPOINT_INTERVAL, version)) text = changes.apply(text)
    return text
  }

  changesBetween(from: number, to: number): ChangeSet[] {
    return this.changeSets.slice(from, to)
  }

  /** Maps positions of one version to a later one. */
  mapRanges(ranges: readonly Range[], from: number, to: number): Range[] {
    const map = (position: number) => {
      let mapped = position
      for (const changes of this.changesBetween(from, to)) mapped = changes.mapPos(Math.min(mapped, changes.length), -1)
      return mapped
    }
    return ranges.map(({ anchor, head }) => ({ anchor: map(anchor), head: map(head) }))
  }

  /** The position behind the last change of an update, in the version after it. */
  positionAfter(update: number): number {
    let position = 0
    this.changeSets[update]?.iterChanges((_fromA, _toA, _fromB, toB) => {
      position = toB
    })
    return position
  }

  /** Index of an author's last update before a version, or -1. */
  lastUpdateOf(author: string, version: number): number {
    return version === 0 ? -1 : this.authors.lastIndexOf(author, version - 1)
  }
}
