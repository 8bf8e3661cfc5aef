import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RunView } from '@/room/store'
import { activeRun, canRun as isReadyToRun, hasPage, hasPermission } from '@/room/store'
import { Button } from '@/ui/Button'
import { codeLanguageName } from '@/ui/codeLanguage'
import { AreaField } from '@/ui/Field'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'
import { RunOutput } from './RunOutput'

const PreviewPane = lazy(() => import('@/preview/PreviewPane'))
const TerminalView = lazy(() => import('./TerminalView'))

/** The output of programs, or the preview of a page. */
export function OutputPanel() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const isPage = useRoomSnapshot((snapshot) => hasPage(snapshot) && !activeRun(snapshot))
  if (!isPage) return <RunsPanel />
  return (
    <Suspense>
      <PreviewPane source={session.preview} heading={<h2 className="room-toolbar__title">{t('preview.title')}</h2>} />
    </Suspense>
  )
}

/** The output of the runs of the current answer, newest last, as in a terminal. */
function RunsPanel() {
  const { t } = useTranslation('room')
  const allRuns = useRoomSnapshot((snapshot) => snapshot.runs)
  const answer = useRoomSnapshot((snapshot) => snapshot.answer)
  const runs = useMemo(() => allRuns.filter(({ doc, result }) => doc === answer || !result), [allRuns, answer])
  const canRun = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'run'))
  const box = useStickToBottom(runs)
  return (
    <>
      <header className="room-toolbar room-toolbar--slim">
        <h2 className="room-toolbar__title">{t('output.title')}</h2>
        <span className="hm-grow" />
        {canRun && <ShellMenu />}
        {canRun && <StdinInput />}
      </header>
      <div ref={box} className="room-scroll room-runs" role="log" tabIndex={0} aria-label={t('output.title')}>
        {runs.length === 0 && <p className="hm-muted">{t('output.empty')}</p>}
        {runs.map((run) => (
          <RoomRun key={run.id} run={run} isLast={run === runs.at(-1)} />
        ))}
      </div>
    </>
  )
}

// Of the runs in terminals, the newest one has a terminal, and the earlier ones are shown as text.
function RoomRun({ run, isLast }: { run: RunView; isLast: boolean }) {
  const name = useRoomSnapshot((snapshot) => snapshot.peopleById.get(run.by)?.name ?? run.by)
  const language = useRoomSnapshot((snapshot) => codeLanguageName(snapshot.room?.languages ?? [], run.language))
  const zone = useRoomTimeZone()
  const { terminal } = run
  return (
    <RunOutput run={run} name={name} language={language} zone={zone}>
      {terminal && isLast ? (
        <Suspense fallback={<div className="room-run__terminal" />}>
          <TerminalView run={{ ...run, terminal }} />
        </Suspense>
      ) : undefined}
    </RunOutput>
  )
}

/** Opens one of the interactive shells of the server. */
function ShellMenu() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages)
  const ready = useRoomSnapshot(isReadyToRun)
  const [open, setOpen] = useState(false)
  const shells = languages?.filter(({ shell }) => shell) ?? []
  if (shells.length === 0) return null
  return (
    <div className="room-stdin">
      <button type="button" className="room-link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('shell.open')}
      </button>
      {open && (
        <div className="room-stdin__box hm-stack">
          <p className="hm-small hm-muted">{t('shell.hint')}</p>
          <div className="hm-row">
            {shells.map(({ id, name }) => (
              <Button
                key={id}
                size="small"
                variant="outline"
                disabled={!ready}
                onClick={() => {
                  setOpen(false)
                  void session.runInTerminal(id)
                }}
              >
                {name}
              </Button>
            ))}
          </div>
        </div>
      )}
    </div>
  )
}

function StdinInput() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const max = useRoomSnapshot((snapshot) => snapshot.limits.stdinBytes)
  const [open, setOpen] = useState(false)
  const [text, setText] = useState(session.stdin)
  const handleChange = (next: string) => {
    session.stdin = next
    setText(next)
  }
  return (
    <div className="room-stdin">
      <button type="button" className="room-link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('output.stdinShow')}
        {text !== '' && <span className="room-dot room-dot--on" aria-hidden="true" />}
      </button>
      {open && (
        <div className="room-stdin__box">
          <AreaField
            mono
            label={t('output.stdin')}
            hint={t('output.stdinHint')}
            rows={4}
            limit={{ max, unit: 'bytes' }}
            value={text}
            onChange={handleChange}
          />
        </div>
      )}
    </div>
  )
}

const BOTTOM_THRESHOLD_PX = 40

// Scrolls to new output while the end is visible; not after the user has scrolled up.
function useStickToBottom(content: unknown) {
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const updateAtEnd = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < BOTTOM_THRESHOLD_PX
    }
    element.addEventListener('scroll', updateAtEnd, { passive: true })
    return () => element.removeEventListener('scroll', updateAtEnd)
  }, [])
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [content])
  return box
}
