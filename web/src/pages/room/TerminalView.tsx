import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreference } from '@/preferences/preference'
import { screenReaderPreference } from '@/preferences/terminal'
import type { TerminalSize } from '@/room/protocol'
import { hasPermission, type RunView } from '@/room/store'
import { Button } from '@/ui/Button'
import { createKeyHandler, createTerminal, writeOutput } from './createTerminal'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import './terminal.css'

const MIN_SIZE: TerminalSize = { rows: 5, cols: 20 }
const MAX_SIZE: TerminalSize = { rows: 200, cols: 400 }
const RESIZE_DELAY_MS = 200

/** The terminal of a run, into which all who may run code type while it runs. */
export default function TerminalView({ run }: { run: RunView & { terminal: TerminalSize } }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const { terminals } = session
  const permitted = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'run'))
  const isOwn = useRoomSnapshot((snapshot) => snapshot.you?.id === run.by)
  const canType = permitted && !run.result
  const [host, terminal] = useTerminal(run)
  useEffect(() => {
    if (!terminal) return
    terminal.options.disableStdin = !canType
    if (canType && isOwn) terminal.focus()
  }, [terminal, canType, isOwn])
  const screenReader = usePreference(screenReaderPreference)
  useEffect(() => {
    if (terminal) terminal.options.screenReaderMode = screenReader === 'on'
  }, [terminal, screenReader])
  const { rows, cols } = run.terminal
  useEffect(() => terminal?.resize(cols, rows), [terminal, rows, cols])
  useFittedSize(terminal, isOwn && canType, (size) => terminals.resize(run.id, size))
  return (
    <>
      <div className="room-terminal" role="group" aria-label={t('output.terminal')} aria-live="off" ref={host} />
      <div className="room-terminal__keys">
        {canType && (
          <>
            <Button size="small" variant="outline" onClick={() => terminals.type(run.id, '\u0003')}>
              {t('output.interrupt')}
            </Button>
            <Button size="small" variant="outline" onClick={() => terminals.type(run.id, '\u0004')}>
              {t('output.endInput')}
            </Button>
          </>
        )}
        <Button
          size="small"
          variant="text"
          aria-pressed={screenReader === 'on'}
          onClick={() => screenReaderPreference.set(screenReader === 'on' ? 'off' : 'on')}
        >
          {t('output.screenReader')}
        </Button>
        <p className="hm-muted hm-small">{t('output.leaveTerminal')}</p>
      </div>
    </>
  )
}

/** A terminal in an element, with the output of the run. */
function useTerminal(run: RunView & { terminal: TerminalSize }) {
  const { t } = useTranslation('room')
  const { terminals } = useRoomContext().session
  const host = useRef<HTMLDivElement>(null)
  const [terminal, setTerminal] = useState<Terminal | null>(null)
  const first = useRef({ size: run.terminal, labels: { promptLabel: t('output.terminalInput'), tooMuchOutput: t('output.terminalBusy') } })
  const isShown = useWasShown(host)
  useEffect(() => {
    const element = host.current
    if (!element || !isShown) return
    Object.assign(Terminal.strings, first.current.labels)
    const created = createTerminal(first.current.size, getComputedStyle(element).fontFamily)
    created.open(element)
    created.attachCustomKeyEventHandler(createKeyHandler(() => created.hasSelection()))
    created.onData((text) => terminals.type(run.id, text))
    const stopTheme = followTheme(created, element)
    const unsubscribe = terminals.subscribe(run.id, {
      reset: (output) => {
        created.reset()
        writeOutput(created, output)
      },
      append: (output) => writeOutput(created, output),
    })
    setTerminal(created)
    return () => {
      unsubscribe()
      stopTheme()
      created.dispose()
      setTerminal(null)
    }
  }, [run.id, terminals, isShown])
  return [host, terminal] as const
}

// In a panel that is not shown, characters have no width that the terminal could measure.
function useWasShown(ref: RefObject<HTMLElement | null>): boolean {
  const [wasShown, setWasShown] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => element.clientWidth > 0 && setWasShown(true))
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return wasShown
}

/** Takes the colours of the page, now and when its theme changes. */
function followTheme(terminal: Terminal, element: HTMLElement): () => void {
  const apply = () => {
    const { color, backgroundColor } = getComputedStyle(element)
    terminal.options.theme = { foreground: color, background: backgroundColor, cursor: color, cursorAccent: backgroundColor, selectionBackground: '#7f9fd080' }
  }
  apply()
  const observer = new MutationObserver(apply)
  observer.observe(document.documentElement, { attributeFilter: ['theme-mode'] })
  return () => observer.disconnect()
}

/** Reports the size that fits into the page, at first and when it changes. */
function useFittedSize(terminal: Terminal | null, enabled: boolean, report: (size: TerminalSize) => void): void {
  const latest = useRef(report)
  useEffect(() => {
    latest.current = report
  })
  useEffect(() => {
    const element = terminal?.element?.parentElement
    if (!terminal || !element || !enabled) return
    const fit = new FitAddon()
    terminal.loadAddon(fit)
    let timer: ReturnType<typeof setTimeout> | undefined
    const measure = () => {
      const size = clampSize(fit.proposeDimensions())
      if (size && (size.rows !== terminal.rows || size.cols !== terminal.cols)) latest.current(size)
    }
    const observer = new ResizeObserver(() => {
      clearTimeout(timer)
      timer = setTimeout(measure, RESIZE_DELAY_MS)
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      clearTimeout(timer)
      fit.dispose()
    }
  }, [terminal, enabled])
}

function clampSize(size: TerminalSize | undefined): TerminalSize | undefined {
  if (!size || !Number.isFinite(size.rows) || !Number.isFinite(size.cols)) return undefined
  const clamp = (key: keyof TerminalSize) => Math.max(MIN_SIZE[key], Math.min(MAX_SIZE[key], Math.floor(size[key])))
  return { rows: clamp('rows'), cols: clamp('cols') }
}
