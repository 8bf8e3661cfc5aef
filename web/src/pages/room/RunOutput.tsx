import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chunk, Run, TestReport } from '@/room/protocol'
import { Tag, type Tone } from '@/ui/Tag'
import { formatTime } from '@/time/format'
import { TestReportView } from './TestReportView'
import { allPassed, countPassed } from './testCount'
import { terminalText } from './terminalText'
import { stripTerminalSequences, formatDuration, formatSize } from './outputFormat'

interface Props {
  run: Run & { isTruncated?: boolean; discardedChunks?: number }
  /** of who ran the program */
  name: string
  /** name of the language; the id when absent */
  language?: string
  /** time zone of the times */
  zone: string
  /** shown instead of the text of the output */
  children?: ReactNode
}

/** One run with its status and output. */
export function RunOutput({ run, name, language = run.language, zone, children }: Props) {
  const { t } = useTranslation('room')
  const silent = run.result && run.chunks.length === 0 && !run.report
  return (
    <article className="room-run">
      <header className="room-run__head hm-small">
        <RunStatusTag run={run} />
        <span>{t('output.by', { name, language: run.shell ? t('shell.of', { language }) : language, time: formatTime(run.at, zone) })}</span>
        <RunStatistics run={run} />
      </header>
      {run.result?.detail && <p className="room-run__note">{t(`output.detail.${run.result.detail}`, { defaultValue: '' })}</p>}
      {run.result?.status === 'lost' && <p className="room-run__note">{t('output.lost')}</p>}
      {run.report && <TestReportView report={run.report} />}
      {run.isTruncated && <p className="room-run__note">{t('output.shortened')}</p>}
      {children ?? (
        <pre className="room-run__text">
          {run.terminal ? <TerminalText chunks={run.chunks} rows={run.terminal.rows} /> : <OutputChunks run={run} />}
          {silent && <span className="room-run__system">{t('output.none')}</span>}
        </pre>
      )}
      {run.result?.truncated && <p className="room-run__note">{t('output.truncated')}</p>}
    </article>
  )
}

function OutputChunks({ run: { chunks, discardedChunks = 0 } }: Pick<Props, 'run'>) {
  return chunks.map((chunk, index) => (
    <OutputChunk key={discardedChunks + index} chunk={chunk} startsLine={index === 0 || (chunks[index - 1]?.text.endsWith('\n') ?? false)} />
  ))
}

const TerminalText = memo(function TerminalText({ chunks, rows }: { chunks: Chunk[]; rows: number }) {
  return terminalText(chunks.map(({ text }) => text).join(''), rows)
})

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

const tones: Record<string, Tone> = { ok: 'success', cancelled: 'default', unavailable: 'warning', lost: 'warning' }

function RunStatusTag({ run }: { run: Run }) {
  const { t } = useTranslation('room')
  if (!run.result && run.position) return <Tag tone="default">{t('output.queued', { position: run.position })}</Tag>
  if (!run.result && run.tests) return <Tag tone="primary">{t('tests.running', { done: run.done ?? 0, total: run.tests.visible + run.tests.hidden })}</Tag>
  if (!run.result) return <Tag tone="primary">{t('output.running')}</Tag>
  if (run.report && run.result.status === 'ok') return <TestCountTag report={run.report} />
  const { status, signal } = run.result
  if (run.terminal && signal === 'SIGINT') return <Tag tone="default">{t('output.interrupted')}</Tag>
  return <Tag tone={tones[status] ?? 'danger'}>{t(`output.status.${status}`, { defaultValue: status })}</Tag>
}

/** How many test cases passed. */
export function TestCountTag({ report }: { report: TestReport }) {
  const { t } = useTranslation('room')
  const count = countPassed(report)
  return <Tag tone={allPassed(count) ? 'success' : 'danger'}>{t('tests.passed', { ...count })}</Tag>
}

function RunStatistics({ run }: { run: Run }) {
  const { t } = useTranslation('room')
  // Candidates receive no time of test cases.
  if (!run.result || run.result.status === 'unavailable' || (run.tests && run.result.wallMs === 0)) return null
  const { exitCode, signal, wallMs, memoryBytes } = run.result
  const facts = [t('output.wall', { time: formatDuration(wallMs) })]
  if (memoryBytes > 0) facts.push(t('output.memory', { size: formatSize(memoryBytes) }))
  if (signal) facts.push(t('output.signal', { signal }))
  else if (exitCode > 0) facts.push(t('output.exit', { code: exitCode }))
  return <span className="hm-muted hm-num">{facts.join(' · ')}</span>
}
