import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { roomSummaryQuery, type RoomAnswer, type RoomSummary } from '@/api/rooms'
import type { Interview } from '@/api/types'
import { useSession, useTimeZone } from '@/app/useSession'
import { formatElapsed } from '@/time/elapsed'
import { CopyIcon } from '@/ui/icons'
import { codeLanguageName } from '@/ui/codeLanguage'
import { copyToClipboard } from '@/ui/Copyable'
import { QueryContent } from '@/ui/feedback'
import { Card } from '@/ui/Page'
import { ExportLink } from '@/ui/ExportLink'
import { ReplayLink } from '@/ui/ReplayLink'
import { Tag } from '@/ui/Tag'
import { RunOutput, TestCountTag } from '../room/RunOutput'
import '../room/panels.css'

/** Runs of an answer shown on the page; the replay has all. */
const MAX_RUNS = 3

/** What the built-in room has produced: the final code and the latest runs of each answer. */
export function RoomRecordCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const shown = interview.room.kind === 'builtin' && interview.state === 'ended'
  const summary = useQuery({ ...roomSummaryQuery(interview.id), enabled: shown })
  if (!shown) return null
  const links = (
    <span className="hm-row">
      <Link to={`/room/${interview.id}`}>{t('interview.record.openRoom')}</Link>
      <ReplayLink small interview={interview} />
      {summary.data?.state === 'ended' && <ExportLink small interviewId={interview.id} />}
    </span>
  )
  return (
    <Card title={t('interview.record.roomRecord')} actions={links}>
      <QueryContent query={summary} lines={4}>
        {(loaded) => <Record summary={loaded} />}
      </QueryContent>
    </Card>
  )
}

function Record({ summary }: { summary: RoomSummary }) {
  const { t } = useTranslation()
  const { answers } = summary
  if (answers.length === 0) return <p className="hm-muted">{t('interview.record.noCode')}</p>
  return (
    <div className="hm-stack">
      {answers.map((answer) => (
        <AnswerRecord key={answer.doc} answer={answer} summary={summary} />
      ))}
    </div>
  )
}

/** The final code of an answer and its latest runs. */
function AnswerRecord({ answer, summary: { runs, names } }: { answer: RoomAnswer; summary: RoomSummary }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const { languages } = useSession().features.sandbox
  const title = answer.title ?? t('interview.record.finalCode')
  const codeLabel = answer.title ? t('interview.record.codeOf', { name: answer.title }) : title
  const ownRuns = runs.filter(({ doc }) => doc === answer.doc)
  const report = ownRuns.findLast((run) => run.report)?.report
  return (
    <section className="hm-record">
      <header className="hm-row">
        <h3 className="hm-grow">
          {title} <span className="hm-muted hm-small">{codeLanguageName(languages, answer.language)}</span>
        </h3>
        {answer.elapsedMs !== undefined && <span className="hm-small hm-muted hm-num">{t('interview.record.spent', { time: formatElapsed(answer.elapsedMs) })}</span>}
        {answer.done && <Tag tone="success">{t('interview.record.isDone')}</Tag>}
        {report && <TestCountTag report={report} />}
        {!answer.files && answer.code !== '' && <CopyButton name={codeLabel} text={answer.code} />}
      </header>
      {answer.files ? (
        answer.files.map(({ path, code }) => (
          <section key={path}>
            <div className="hm-row">
              <h4 className="hm-grow">{path}</h4>
              {code !== '' && <CopyButton name={path} text={code} />}
            </div>
            <FinalCode label={path} code={code} />
          </section>
        ))
      ) : (
        <FinalCode label={codeLabel} code={answer.code} />
      )}
      {ownRuns.length > 0 && (
        <>
          <h4>{t('interview.record.lastRuns')}</h4>
          <div className="hm-record__runs">
            {ownRuns.slice(-MAX_RUNS).reverse().map((run) => (
              <RunOutput key={run.id} run={run} name={names[run.by] ?? ''} language={codeLanguageName(languages, run.language)} zone={zone} />
            ))}
          </div>
        </>
      )}
    </section>
  )
}

function CopyButton({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation()
  const label = t('common.copyOf', { name })
  return (
    <button type="button" className="hm-icon-button" aria-label={label} title={label} onClick={() => void copyToClipboard(text, t)}>
      <CopyIcon />
    </button>
  )
}

function FinalCode({ label, code }: { label: string; code: string }) {
  const { t } = useTranslation()
  if (code === '') return <p className="hm-muted">{t('interview.record.noCode')}</p>
  return (
    <pre className="hm-code hm-record__code" role="region" tabIndex={0} aria-label={label}>
      {code}
    </pre>
  )
}
