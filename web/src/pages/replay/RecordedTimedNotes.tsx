import { TimedNotes } from '@/notes/TimedNotes'
import type { Player } from '@/replay/player'
import type { Recording } from '@/replay/recording'
import { formatOffset } from '@/time/formatOffset'
import { noteTime } from './noteMoments'
import { usePlayerSnapshot } from './usePlayer'

interface Props {
  interviewId: string
  player: Player
  recording: Recording
}

/** The timed notes; a new one is about the player's time. */
export function RecordedTimedNotes({ interviewId, player, recording }: Props) {
  const second = usePlayerSnapshot(player, ({ time }) => Math.floor(time / 1_000))
  return (
    <TimedNotes
      interviewId={interviewId}
      formatAt={(at) => formatOffset(noteTime(at, recording))}
      onSelect={(at) => player.seek(noteTime(at, recording))}
      moment={{
        at: () => new Date(recording.start + player.getSnapshot().time).toISOString(),
        label: formatOffset(second * 1_000),
        onFocus: () => player.pause(),
      }}
    />
  )
}
