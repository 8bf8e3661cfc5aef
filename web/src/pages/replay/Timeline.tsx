import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Player } from '@/replay/player'
import { momentKinds, type MomentKind, type Recording } from '@/replay/recording'
import { formatOffset } from '@/time/formatOffset'
import type { NoteMoment } from './noteMoments'
import { usePlayerSnapshot } from './usePlayer'

/** Number of columns in which moments of one kind are drawn as one mark. */
const COLUMNS = 400
const LANE = 6 // height in the units of the drawing
/** Step of the arrow keys in milliseconds. */
const STEP = 1_000

/** The moments by kind along the play time, with a slider above them. */
export function Timeline({ player, recording, notes }: { player: Player; recording: Recording; notes: NoteMoment[] }) {
  const { t } = useTranslation('replay')
  const time = usePlayerSnapshot(player, (snapshot) => snapshot.time)
  const playTime = usePlayerSnapshot(player, (snapshot) => snapshot.playTime)
  const played = playTime.toPlayed(time)
  const lanes = useMemo(() => {
    const filled = new Map<MomentKind, Set<number>>(momentKinds.map((kind) => [kind, new Set()]))
    const columnOf = (at: number) => Math.min(COLUMNS - 1, Math.floor((playTime.toPlayed(at) / Math.max(playTime.duration, 1)) * COLUMNS))
    for (const moment of recording.moments) filled.get(moment.kind)?.add(columnOf(moment.time))
    for (const note of notes) filled.get('note')?.add(columnOf(note.time))
    return [...filled]
  }, [recording, playTime, notes])
  return (
    <div className="replay-timeline">
      <svg viewBox={`0 0 ${COLUMNS} ${momentKinds.length * LANE}`} preserveAspectRatio="none" aria-hidden="true">
        {lanes.map(([kind, columns], lane) => (
          <path key={kind} className={`replay-mark--${kind}`} d={[...columns].map((x) => `M${x} ${lane * LANE + 1}h1.2v${LANE - 2}h-1.2z`).join('')} />
        ))}
      </svg>
      <input
        type="range"
        className="replay-timeline__slider"
        aria-label={t('position')}
        aria-valuetext={t('positionText', { time: formatOffset(time), duration: formatOffset(recording.duration) })}
        min={0}
        max={Math.ceil(playTime.duration)}
        step={STEP / 10}
        value={Math.round(played)}
        onChange={(event) => player.seek(playTime.toRecorded(Number(event.target.value)))}
      />
      <div className="replay-timeline__head" style={{ insetInlineStart: `${(played / Math.max(playTime.duration, 1)) * 100}%` }} aria-hidden="true" />
      <ul className="replay-timeline__legend hm-small hm-muted">
        {lanes.map(([kind, columns]) => columns.size > 0 && (
          <li key={kind}>
            <span className={`replay-mark replay-mark--${kind}`} aria-hidden="true" />
            {t(`kind.${kind}`)}
          </li>
        ))}
      </ul>
    </div>
  )
}
