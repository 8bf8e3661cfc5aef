/** A gap that is shortened lasts this long, in milliseconds. */
export const SHORTENED_GAP = 1_000

interface Point {
  recorded: number
  played: number
}

/**
 * Maps between the time of the recording and the time of the player, in which gaps without a
 * moment are shortened. Both are in milliseconds since the start.
 */
export class PlayTime {
  /** Duration for the player. */
  readonly duration: number
  private readonly points: Point[] = [{ recorded: 0, played: 0 }]

  /** times: of the moments, ascending. Gaps longer than maxGap are shortened. */
  constructor(times: readonly number[], recordedDuration: number, maxGap: number) {
    let last = 0
    let removed = 0
    for (const time of [...times, recordedDuration]) {
      if (time - last > maxGap) {
        this.points.push({ recorded: last, played: last - removed })
        removed += time - last - SHORTENED_GAP
        this.points.push({ recorded: time, played: time - removed })
      }
      last = Math.max(last, time)
    }
    this.points.push({ recorded: recordedDuration, played: recordedDuration - removed })
    this.duration = recordedDuration - removed
  }

  toPlayed(recorded: number): number {
    return this.interpolate(recorded, 'recorded', 'played')
  }

  toRecorded(played: number): number {
    return this.interpolate(played, 'played', 'recorded')
  }

  private interpolate(value: number, from: keyof Point, to: keyof Point): number {
    const next = this.points.findIndex((point) => point[from] >= value)
    const end = this.points[next]
    if (!end) return this.points.at(-1)?.[to] ?? 0
    const start = this.points[Math.max(next - 1, 0)] ?? end
    const length = end[from] - start[from]
    return length === 0 ? end[to] : start[to] + ((value - start[from]) / length) * (end[to] - start[to])
  }
}
