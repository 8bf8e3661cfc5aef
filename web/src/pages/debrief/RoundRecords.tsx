import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DebriefRound } from '@/api/debrief'
import { notesQuery } from '@/api/notes'
import { roomSummaryQuery, type RoomSummary } from '@/api/rooms'
import { useSession, useTimeZone } from '@/app/useSession'
import { formatMoment, replayPath } from '@/notes/formatMoment'
import { TestCountTag } from '@/pages/room/RunOutput'
import { ButtonLink } from '@/ui/Button'
import { codeLanguageName } from '@/ui/codeLanguage'
import { QueryContent } from '@/ui/feedback'
import { Card } from '@/ui/Page'

/** Test results and shared notes of the rounds in the built-in room. */
export function RoundRecords({ rounds }: { rounds: DebriefRound[] }) {
  const { t } = useTranslation('scorecards')
  const recorded = rounds.filter(({ state, roomKind, mayReplay }) => state === 'ended' && roomKind === 'builtin' && mayReplay)
  if (recorded.length === 0) return null
  return (
    <Card title={t('debrief.records')}>
      <div className="hm-stack">
        {recorded.map((round) => (
          <RoundRecord key={round.id} round={round} />
        ))}
      </div>
    </Card>
  )
}

function RoundRecord({ round: { id, title, startedAt } }: { round: DebriefRound }) {
  const { t } = useTranslation(['scorecards', 'translation'])
  const summary = useQuery(roomSummaryQuery(id))
  return (
    <section className="hm-debrief__record">
      <header className="hm-row">
        <h3 className="hm-grow">{title}</h3>
        <ButtonLink size="small" variant="outline" to={`/interviews/${id}/replay`}>
          {t('translation:interview.record.replay')}
        </ButtonLink>
      </header>
      <QueryContent query={summary} lines={1}>
        {(loaded) => <Answers summary={loaded} />}
      </QueryContent>
      <SharedNotes interviewId={id} startedAt={startedAt} />
    </section>
  )
}

/** The answers with the newest test results of each. */
function Answers({ summary: { answers, runs } }: { summary: RoomSummary }) {
  const { t } = useTranslation()
  const { languages } = useSession().features.sandbox
  if (answers.length === 0) return <p className="hm-muted hm-small">{t('interview.record.noCode')}</p>
  return (
    <ul className="hm-debrief__answers">
      {answers.map(({ doc, title, language }) => {
        const report = runs.findLast((run) => run.doc === doc && run.report)?.report
        return (
          <li key={doc} className="hm-row">
            <span>{title ?? t('interview.record.finalCode')}</span>
            <span className="hm-small hm-muted">{codeLanguageName(languages, language)}</span>
            {report && <TestCountTag report={report} />}
          </li>
        )
      })}
    </ul>
  )
}

function SharedNotes({ interviewId, startedAt }: { interviewId: string; startedAt: string | undefined }) {
  const { t } = useTranslation(['scorecards', 'translation'])
  const zone = useTimeZone()
  const notes = useQuery(notesQuery(interviewId))
  const shared = (notes.data ?? []).filter(({ shared: isShared }) => isShared)
  if (shared.length === 0) return null
  return (
    <ul className="hm-debrief__answers" aria-label={t('scorecards:debrief.notes')}>
      {shared.map(({ id, at, text, author }) => (
        <li key={id} className="hm-debrief__note">
          <Link className="hm-num" to={replayPath(interviewId, at)} aria-label={t('translation:timedNotes.jump', { time: formatMoment(at, startedAt, zone) })}>
            {formatMoment(at, startedAt, zone)}
          </Link>
          <span className="hm-wrap hm-grow">{text}</span>
          <span className="hm-small hm-muted">{author.name}</span>
        </li>
      ))}
    </ul>
  )
}
