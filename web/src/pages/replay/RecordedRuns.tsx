import { useTranslation } from 'react-i18next'
import { useSession, useTimeZone } from '@/app/useSession'
import type { Player } from '@/replay/player'
import type { Recording } from '@/replay/recording'
import { codeLanguageName } from '@/ui/codeLanguage'
import { RunOutput } from '../room/RunOutput'
import { usePlayerSnapshot } from './usePlayer'

/** The runs up to the player's time, newest first. */
export function RecordedRuns({ player, recording }: { player: Player; recording: Recording }) {
  const { t } = useTranslation('replay')
  const zone = useTimeZone()
  const { languages } = useSession().features.sandbox
  const runs = usePlayerSnapshot(player, ({ time }) => recording.stateAt(time).runs)
  if (runs.length === 0) return <p className="room-empty hm-muted">{t('output.empty')}</p>
  return (
    <div className="room-scroll room-runs" tabIndex={0} role="region" aria-label={t('tab.output')}>
      {[...runs].reverse().map((run) => (
        <RunOutput key={run.id} run={run} name={recording.nameOf(run.by)} language={codeLanguageName(languages, run.language)} zone={zone} />
      ))}
    </div>
  )
}
