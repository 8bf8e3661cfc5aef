import { PlayTime } from './playTime'
import type { Recording } from './recording'

export const speeds = [0.5, 1, 2, 4, 8, 16, 32] as const
export type Speed = (typeof speeds)[number]

/** Gaps in which nothing happens are shortened when they are longer than this, in milliseconds. */
const IDLE = 5_000
/** Even without skipping: a room may be open days before the interview. */
const LONG_IDLE = 10 * 60_000
/** Least time between two changes that are announced while playing, in milliseconds. */
const FRAME = 40

export interface PlayerSnapshot {
  /** milliseconds since the start of the recording */
  time: number
  playing: boolean
  speed: Speed
  skipIdle: boolean
  playTime: PlayTime
}

interface Clock {
  now: () => number
  requestFrame: (callback: () => void) => number
  cancelFrame: (id: number) => void
}

const browserClock: Clock = {
  now: () => performance.now(),
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (id) => cancelAnimationFrame(id),
}

/** Plays a recording, with the interface of React's useSyncExternalStore. */
export class Player {
  private snapshot: PlayerSnapshot
  private readonly times: number[]
  private readonly listeners = new Set<() => void>()
  private frame: number | undefined
  private lastTick = 0

  constructor(
    private readonly recording: Recording,
    time = 0,
    private readonly clock = browserClock,
  ) {
    this.times = recording.moments.map((moment) => moment.time)
    this.snapshot = { time: this.clamp(time), playing: false, speed: 1, skipIdle: true, playTime: this.createPlayTime(true) }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly getSnapshot = (): PlayerSnapshot => this.snapshot

  play(): void {
    if (this.snapshot.playing) return
    const atEnd = this.snapshot.time >= this.recording.duration
    this.update({ playing: true, time: atEnd ? 0 : this.snapshot.time })
    this.lastTick = this.clock.now()
    this.frame = this.clock.requestFrame(this.tick)
  }

  pause(): void {
    if (this.frame !== undefined) this.clock.cancelFrame(this.frame)
    this.frame = undefined
    if (this.snapshot.playing) this.update({ playing: false })
  }

  toggle(): void {
    if (this.snapshot.playing) this.pause()
    else this.play()
  }

  seek(time: number): void {
    this.update({ time: this.clamp(time) })
  }

  /** Moves by a number of milliseconds of play time. */
  skip(milliseconds: number): void {
    const { playTime, time } = this.snapshot
    this.seek(playTime.toRecorded(playTime.toPlayed(time) + milliseconds))
  }

  setSpeed(speed: Speed): void {
    this.update({ speed })
  }

  /** Selects the next faster (1) or slower (-1) speed. */
  changeSpeed(step: 1 | -1): void {
    const next = speeds[speeds.indexOf(this.snapshot.speed) + step]
    if (next) this.setSpeed(next)
  }

  setSkipIdle(skipIdle: boolean): void {
    this.update({ skipIdle, playTime: this.createPlayTime(skipIdle) })
  }

  destroy(): void {
    this.pause()
    this.listeners.clear()
  }

  private readonly tick = (): void => {
    this.frame = this.clock.requestFrame(this.tick)
    const elapsed = this.clock.now() - this.lastTick
    if (elapsed < FRAME) return
    this.lastTick += elapsed
    const { playTime, speed, time } = this.snapshot
    const next = playTime.toRecorded(playTime.toPlayed(time) + elapsed * speed)
    this.seek(next)
    if (next >= this.recording.duration) this.pause()
  }

  private createPlayTime(skipIdle: boolean): PlayTime {
    return new PlayTime(this.times, this.recording.duration, skipIdle ? IDLE : LONG_IDLE)
  }

  private clamp(time: number): number {
    return Math.max(0, Math.min(Number.isFinite(time) ? time : 0, this.recording.duration))
  }

  private update(change: Partial<PlayerSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    for (const listener of this.listeners) listener()
  }
}
