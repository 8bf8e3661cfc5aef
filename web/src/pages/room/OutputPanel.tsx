import { memo, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chunk } from '@/room/protocol'
import type { RunView } from '@/room/store'
import { hasPermission } from '@/room/store'
import { AreaField } from '@/ui/Field'
import { Tag, type Tone } from '@/ui/Tag'
import { formatTime } from '@/time/format'
import { useRoomContext, useRoomSnapshot, useRoomTimeZone } from './RoomContext'
import { stripTerminalSequences, formatDuration, formatSize } from './runOutput'

/** The output of the runs, newest last, as in a terminal. */
export function OutputPanel() {
  const { t } = useTranslation('room')
  const runs = useRoomSnapshot((snapshot) => snapshot.runs)
  const canRun = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'run'))
  const box = useStickToBottom(runs)
  return (
    <>
      <header className="room-toolbar room-toolbar--slim">
        <h2 className="room-toolbar__title">{t('output.title')}</h2>
        <span className="hm-grow" />
        {canRun && <StdinInput />}
      </header>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable, so it must be focusable */}
      <div ref={box} className="room-scroll room-runs" role="log" tabIndex={0} aria-label={t('output.title')}>
        {runs.length === 0 && <p className="hm-muted">{t('output.empty')}</p>}
        {runs.map((run) => (
          <RunBlock key={run.id} run={run} />
        ))}
      </div>
    </>
  )
}

function RunBlock({ run }: { run: RunView }) {
  const { t } = useTranslation('room')
  const name = useRoomSnapshot((snapshot) => snapshot.peopleById.get(run.by)?.name ?? run.by)
  const language = useRoomSnapshot((snapshot) => snapshot.room?.languages?.find(({ id }) => id === run.language)?.name ?? run.language)
  const zone = useRoomTimeZone()
  const silent = run.result && run.chunks.length === 0
  return (
    <article className="room-run">
      <header className="room-run__head hm-small">
        <RunStatusTag run={run} />
        <span>{t('output.by', { name, language, time: formatTime(run.at, zone) })}</span>
        <RunStatistics run={run} />
      </header>
      {run.isTruncated && <p className="room-run__note">{t('output.shortened')}</p>}
      <pre className="room-run__text">
        {run.chunks.map((chunk, index) => (
          <OutputChunk key={run.discardedChunks + index} chunk={chunk} startsLine={index === 0 || (run.chunks[index - 1]?.text.endsWith('\n') ?? false)} />
        ))}
        {silent && <span className="room-run__system">{t('output.none')}</span>}
      </pre>
      {run.result?.truncated && <p className="room-run__note">{t('output.truncated')}</p>}
    </article>
  )
}

const LINE_HEIGHT_PX = 20

// A chunk of whole lines is a block, which the browser lays out only while it is in sight.
const OutputChunk = memo(function OutputChunk({ chunk, startsLine }: { chunk: Chunk; startsLine: boolean }) {
  const text = stripTerminalSequences(chunk.text)
  if (!startsLine || !chunk.text.endsWith('\n')) return <span className={`room-run__${chunk.stream}`}>{text}</span>
  const height = (text.split('\n').length - 1) * LINE_HEIGHT_PX
  return (
    <span className={`room-run__block room-run__${chunk.stream}`} style={{ containIntrinsicHeight: `auto ${height}px` }}>
      {text}
    </span>
  )
})

const tones: Record<string, Tone> = { ok: 'success', cancelled: 'default', unavailable: 'warning' }

function RunStatusTag({ run }: { run: RunView }) {
  const { t } = useTranslation('room')
  if (!run.result) return <Tag tone="primary">{t('output.running')}</Tag>
  const { status } = run.result
  return <Tag tone={tones[status] ?? 'danger'}>{t(`output.status.${status}`, { defaultValue: status })}</Tag>
}

function RunStatistics({ run }: { run: RunView }) {
  const { t } = useTranslation('room')
  if (!run.result || run.result.status === 'unavailable') return null
  const { exitCode, signal, wallMs, memoryBytes } = run.result
  const facts = [t('output.wall', { time: formatDuration(wallMs) })]
  if (memoryBytes > 0) facts.push(t('output.memory', { size: formatSize(memoryBytes) }))
  if (signal) facts.push(t('output.signal', { signal }))
  else if (exitCode > 0) facts.push(t('output.exit', { code: exitCode }))
  return <span className="hm-muted hm-num">{facts.join(' · ')}</span>
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
