import type { TimedNote } from '@/api/types'
import type { Recording } from '@/replay/recording'

/** A timed note on the timeline and in the list of events. */
export interface NoteMoment {
  /** milliseconds since the start of the recording */
  time: number
  note: TimedNote
}

/** The time of a note in the recording: notes may be written before its start and after its end. */
export function noteTime(at: string, recording: Recording): number {
  return Math.max(0, Math.min(Date.parse(at) - recording.start, recording.duration))
}

export function toNoteMoments(notes: TimedNote[], recording: Recording): NoteMoment[] {
  return notes.map((note) => ({ time: noteTime(note.at, recording), note }))
}
