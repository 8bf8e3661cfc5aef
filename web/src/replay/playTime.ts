import { countUpTo } from './sorted'

/** A gap that is shortened lasts this long, in milliseconds. */
export const SHORTENED_GAP = 1_000

/**
 * Maps between the time of the recording and the time of the player, in which gaps without a
 * moment are shortened. Both are in milliseconds since the start.
 */
export class PlayTime {
  /** Duration for the player. */
  readonly duration: number
  // The ends of the gaps, ascending; between two of them, both times pass linearly.
  private readonly recorded: number[] = [0]
  private readonly played: number[] = [0]

  /** times: of the moments, ascending. Gaps longer than maxGap are shortened. */
  constructor(times: readonly number[], recordedDuration: number, maxGap: number) {
    let last = 0
    let removed = 0
    const addPoint = (time: number) => {
      this.recorded.push(time)
      this.played.push(time - removed)
    }
    for (const time of [...times, recordedDuration]) {
      if (time - last > maxGap) {
        addPoint(last)
        removed += time - last - SHORTENED_GAP
        addPoint(time)
      }
      last = Math.max(last, time)
    }
    addPoint(recordedDuration)
    this.duration = recordedDuration - removed
  }

  toPlayed(recorded: number): number {
    return interpolate(recorded, this.recorded, this.played)
  }

  toRecorded(played: number): number {
    return interpolate(played, this.played, this.recorded)
  }
}

function interpolate(value: number, from: readonly number[], to: readonly number[]): number {
  const next = countUpTo(from, value)
  const at = (list: readonly number[], index: number) => list[Math.max(0, Math.min(index, list.length - 1))] as number
  const [start, end] = [at(from, next - 1), at(from, next)]
  if (start === end) return at(to, next)
  return at(to, next - 1) + ((value - start) / (end - start)) * (at(to, next) - at(to, next - 1))
}
