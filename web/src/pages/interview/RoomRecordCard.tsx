import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { roomSummaryQuery, type RoomSummary } from '@/api/rooms'
import type { Interview } from '@/api/types'
import { useSession, useTimeZone } from '@/app/useSession'
import { CopyIcon } from '@/ui/icons'
import { codeLanguageName } from '@/ui/codeLanguage'
import { copyToClipboard } from '@/ui/Copyable'
import { QueryContent } from '@/ui/feedback'
import { Card } from '@/ui/Page'
import { ReplayLink } from '@/ui/ReplayLink'
import { RunOutput } from '../room/RunOutput'
import '../room/panels.css'

/** Runs shown on the page; the replay has all. */
const MAX_RUNS = 3

/** What the built-in room has produced: the final code and the latest runs. */
export function RoomRecordCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const shown = interview.room.kind === 'builtin' && interview.state === 'ended'
  const summary = useQuery({ ...roomSummaryQuery(interview.id), enabled: shown })
  if (!shown) return null
  const links = (
    <span className="hm-row">
      <Link to={`/room/${interview.id}`}>{t('interview.record.openRoom')}</Link>
      <ReplayLink small interview={interview} />
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

function Record({ summary: { code, language, runs, names } }: { summary: RoomSummary }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const { languages } = useSession().features.sandbox
  if (code === '') return <p className="hm-muted">{t('interview.record.noCode')}</p>
  return (
    <div className="hm-stack">
      <section className="hm-record">
        <header className="hm-row">
          <h3 className="hm-grow">
            {t('interview.record.finalCode')} <span className="hm-muted hm-small">{codeLanguageName(languages, language)}</span>
          </h3>
          <button type="button" className="hm-icon-button" aria-label={t('common.copyOf', { name: t('interview.record.finalCode') })} title={t('common.copyOf', { name: t('interview.record.finalCode') })} onClick={() => void copyToClipboard(code, t)}>
            <CopyIcon />
          </button>
        </header>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable, so it must be focusable */}
        <pre className="hm-code hm-record__code" role="region" tabIndex={0} aria-label={t('interview.record.finalCode')}>
          {code}
        </pre>
      </section>
      {runs.length > 0 && (
        <section>
          <h3>{t('interview.record.lastRuns')}</h3>
          <div className="hm-record__runs">
            {runs.slice(-MAX_RUNS).reverse().map((run) => (
              <RunOutput key={run.id} run={run} name={names[run.by] ?? ''} language={codeLanguageName(languages, run.language)} zone={zone} />
            ))}
          </div>
        </section>
      )}
    </div>
  )
}
