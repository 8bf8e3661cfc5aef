import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { interviewHistoryQuery } from '@/api/interviews'
import type { HistoryEntry, Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'

const ACTIONS = [
  'interview.schedule', 'interview.edit', 'interview.accepted', 'interview.declined', 'interview.link', 'interview.link_shown', 'interview.late', 'interview.start', 'interview.end', 'interview.extend', 'interview.reopen', 'interview.add_question',
  'interview.cancel', 'interview.decide', 'scorecard.submit', 'scorecard.remind', 'scorecard.excuse', 'scorecard.require', 'scorecard.open',
  'approval.request', 'approval.submit', 'approval.approved', 'approval.rejected', 'approval.withdrawn', 'approval.revoked', 'approval.deleted', 'approval.fail', 'approval.cancel', 'approval.supersede',
] as const

type Action = (typeof ACTIONS)[number]

function isAction(action: string): action is Action {
  return (ACTIONS as readonly string[]).includes(action)
}

/** What happened to the interview, newest first. */
export function HistoryCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation(['translation', 'history'])
  const zone = useTimeZone()
  const history = useQuery(interviewHistoryQuery(interview.id, interview.version))
  return (
    <Card title={t('history:title')}>
      <QueryContent query={history} lines={3}>
        {({ items }) => (
          <ol className="hm-history">
            {items.map((entry, index) => (
              <HistoryLine key={`${entry.at} ${index}`} entry={entry} zone={zone} />
            ))}
          </ol>
        )}
      </QueryContent>
    </Card>
  )
}

function HistoryLine({ entry, zone }: { entry: HistoryEntry; zone: string }) {
  const { t } = useTranslation(['translation', 'history'])
  if (!isAction(entry.action)) return null
  return (
    <li className="hm-history__line">
      <time className="hm-history__time hm-num hm-small hm-muted" dateTime={entry.at}>
        {formatDateTime(entry.at, zone)}
      </time>
      <div>
        <p>
          <strong>{entry.by?.name ?? t('history:system')}</strong> {t(`history:${entry.action}`, { name: entry.of?.name ?? '', decision: entry.decision ? t(`decision.${entry.decision}`) : '', question: entry.question ?? '' })}
        </p>
        {historyDetails(t, entry, zone).map((line) => (
          <p key={line} className="hm-small hm-muted">
            {line}
          </p>
        ))}
      </div>
    </li>
  )
}

function historyDetails(t: TFunction<['translation', 'history']>, { action, changed = [], from, to, added = [], removed = [], reason }: HistoryEntry, zone: string): string[] {
  const names = (people: { name: string }[]) => people.map(({ name }) => name).join(t('common.listSeparator'))
  const lines: string[] = []
  if (from && to) lines.push(t(action === 'interview.late' ? 'history:late' : 'history:moved', { from: formatDateTime(from, zone), to: formatDateTime(to, zone) }))
  if (added.length > 0) lines.push(t('history:added', { names: names(added) }))
  if (removed.length > 0) lines.push(t('history:removed', { names: names(removed) }))
  const others = changed.filter((part): part is 'title' | 'room' | 'meeting' => part === 'title' || part === 'room' || part === 'meeting')
  if (others.length > 0) lines.push(t('history:changed', { parts: others.map((part) => t(`history:part.${part}`)).join(t('common.listSeparator')) }))
  if (reason) lines.push(t(action.startsWith('approval.') ? 'history:opinion' : 'history:reason', { reason }))
  return lines
}
