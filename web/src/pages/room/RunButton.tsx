import { useTranslation } from 'react-i18next'
import { CheckCircleIcon, PlayCircleIcon, StopCircleIcon, TerminalIcon } from '@/ui/icons'
import { canRun, activeRun, hasPage, hasPermission, testsOfAnswer } from '@/room/store'
import { Button } from '@/ui/Button'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

/** Runs the code or stops the active run. Shows the reason when running is unavailable. */
export function RunButton({ onRun }: { onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const permitted = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'run'))
  const ready = useRoomSnapshot(canRun)
  const sandbox = useRoomSnapshot((snapshot) => snapshot.room?.sandbox)
  const running = useRoomSnapshot((snapshot) => activeRun(snapshot)?.id)
  const isPage = useRoomSnapshot(hasPage)
  if (isPage && !running) return <PreviewButton onRun={onRun} />
  if (!permitted) return null
  if (running) {
    return (
      <Button theme="danger" variant="outline" icon={<StopCircleIcon />} onClick={() => session.stopRun(running)}>
        {t('bar.stop')}
      </Button>
    )
  }
  const unavailable = sandbox && !sandbox.ready
  const hint = unavailable ? (sandbox.reason ? t('bar.runOffReason', { reason: sandbox.reason }) : t('bar.runOff')) : t('bar.runHint')
  const handleRun = () => {
    onRun?.()
    void session.runCode()
  }
  return (
    <span className="room-run-buttons">
      <RunTestsButton ready={ready} onRun={onRun} />
      {unavailable && <span className="room-run-hint hm-muted hm-small hm-truncate">{hint}</span>}
      <RunInTerminalButton ready={ready} onRun={onRun} />
      <span title={hint}>
        <Button theme="primary" disabled={!ready} icon={<PlayCircleIcon />} onClick={handleRun}>
          {t('bar.run')}
        </Button>
      </span>
    </span>
  )
}

/** Shows the page. It is each participant's own, so it needs no permission. Programs, terminals and test cases are not for pages. */
function PreviewButton({ onRun }: { onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const hasTests = useRoomSnapshot((snapshot) => testsOfAnswer(snapshot) !== undefined)
  const handleClick = () => {
    onRun?.()
    session.preview.notify('request')
  }
  return (
    <span className="room-run-buttons">
      {hasTests && <span className="room-run-hint hm-muted hm-small hm-truncate">{t('preview.noTests')}</span>}
      <span title={t('preview.hint')}>
        <Button theme="primary" icon={<PlayCircleIcon />} onClick={handleClick}>
          {t('preview.show')}
        </Button>
      </span>
    </span>
  )
}

/** Runs the code in a terminal, into which one can type. */
function RunInTerminalButton({ ready, onRun }: { ready: boolean; onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const handleRun = () => {
    onRun?.()
    void session.runInTerminal()
  }
  return (
    <span title={t('bar.runInTerminalHint')}>
      <Button variant="outline" disabled={!ready} icon={<TerminalIcon />} onClick={handleRun}>
        {t('bar.runInTerminal')}
      </Button>
    </span>
  )
}

/** Runs the test cases of the question, if it has any. */
function RunTestsButton({ ready, onRun }: { ready: boolean; onRun?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const tests = useRoomSnapshot(testsOfAnswer)
  const language = useRoomSnapshot((snapshot) => snapshot.room?.language ?? '')
  if (!tests) return null
  const supported = !tests.languages || tests.languages.includes(language)
  const hint = supported ? t('tests.runHint', { total: tests.visible + tests.hidden }) : t('notice.run.tests_language')
  const handleRun = () => {
    onRun?.()
    void session.runTests()
  }
  return (
    <span title={hint}>
      <Button variant="outline" disabled={!ready || !supported} icon={<CheckCircleIcon />} onClick={handleRun}>
        {t('tests.run')}
      </Button>
    </span>
  )
}
