import { useTranslation } from 'react-i18next'
import { PlayCircleIcon, StopCircleIcon } from '@/ui/icons'
import { canRun, going, may } from '@/room/store'
import { Button } from '@/ui/Button'
import { useHere, useRoom } from './context'

/** Runs the code, or stops the run that is going on. Says why when it cannot. */
export function RunButton({ onRun }: { onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const allowed = useRoom((snapshot) => may(snapshot, 'run'))
  const ready = useRoom(canRun)
  const sandbox = useRoom((snapshot) => snapshot.room?.sandbox)
  const running = useRoom((snapshot) => going(snapshot)?.id)
  if (!allowed) return null
  if (running) {
    return (
      <Button theme="danger" variant="outline" icon={<StopCircleIcon />} onClick={() => session.stop(running)}>
        {t('bar.stop')}
      </Button>
    )
  }
  const off = sandbox && !sandbox.ready
  const why = off ? (sandbox.reason ? t('bar.runOffReason', { reason: sandbox.reason }) : t('bar.runOff')) : t('bar.runHint')
  const run = () => {
    onRun?.()
    void session.run()
  }
  return (
    <>
      {off && <span className="room-why hm-muted hm-small hm-cut">{why}</span>}
      <span title={why}>
        <Button theme="primary" disabled={!ready} icon={<PlayCircleIcon />} onClick={run}>
          {t('bar.run')}
        </Button>
      </span>
    </>
  )
}
