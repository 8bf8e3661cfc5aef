import { useTranslation } from 'react-i18next'
import { speeds, type Player, type Speed } from '@/replay/player'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { copyToClipboard } from '@/ui/Copyable'
import { SelectField } from '@/ui/Field'
import { CopyIcon, PauseIcon, PlayIcon } from '@/ui/icons'
import { formatOffset } from '@/time/formatOffset'
import { usePlayerSnapshot } from './usePlayer'

interface Props {
  player: Player
  /** for links to a moment */
  interviewId: string | undefined
  duration: number
  follow: boolean
  onFollowChange: (follow: boolean) => void
}

export function Controls({ player, interviewId, duration, follow, onFollowChange }: Props) {
  const { t } = useTranslation(['replay', 'translation'])
  const playing = usePlayerSnapshot(player, (snapshot) => snapshot.playing)
  const second = usePlayerSnapshot(player, ({ time }) => Math.floor(time / 1_000))
  const speed = usePlayerSnapshot(player, (snapshot) => snapshot.speed)
  const skipIdle = usePlayerSnapshot(player, (snapshot) => snapshot.skipIdle)
  const label = playing ? t('pause') : t('play')
  const copyLink = () => void copyToClipboard(`${window.location.origin}/interviews/${interviewId}/replay?t=${second}`, (id) => t(`translation:${id}`))
  return (
    <div className="replay-controls">
      <Button theme="primary" shape="circle" aria-label={label} title={label} icon={playing ? <PauseIcon /> : <PlayIcon />} onClick={() => player.toggle()} />
      <span className="hm-num replay-controls__time">
        {formatOffset(second * 1_000)} / {formatOffset(duration)}
      </span>
      <SelectField
        hideLabel
        label={t('speed')}
        value={String(speed)}
        options={speeds.map((value) => ({ value: String(value), label: `${value}×` }))}
        onChange={(value) => player.setSpeed(Number(value) as Speed)}
      />
      <Checkbox checked={skipIdle} onChange={(on) => player.setSkipIdle(on)}>
        {t('skipIdle')}
      </Checkbox>
      <Checkbox checked={follow} onChange={onFollowChange}>
        {t('follow')}
      </Checkbox>
      <span className="hm-grow" />
      {interviewId !== undefined && (
        <Button variant="text" icon={<CopyIcon />} onClick={copyLink}>
          {t('copyLink')}
        </Button>
      )}
      <p className="replay-controls__shortcuts hm-small hm-muted">{t('shortcuts')}</p>
    </div>
  )
}
