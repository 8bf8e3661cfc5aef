import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { debriefExportURL, debriefQuery, type Debrief } from '@/api/debrief'
import { hasActSomewhere, useSession } from '@/app/useSession'
import { formatDateTimeWithYear } from '@/time/format'
import { Button } from '@/ui/Button'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Card, Page } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { ComparisonTable } from './ComparisonTable'
import { RoundRecords } from './RoundRecords'
import { RoundsCard } from './RoundsCard'
import './debrief.css'

/** All rounds of a candidate side by side, on the screen and on paper. */
export default function DebriefPage() {
  const { t } = useTranslation('scorecards')
  const { id = '' } = useParams()
  const session = useSession()
  const debrief = useQuery(debriefQuery(id))
  const actions = debrief.data && (
    <>
      <Button onClick={() => window.print()}>{t('debrief.print')}</Button>
      <a className="t-button t-button--theme-primary t-button--variant-base" href={debriefExportURL(id)} download>
        <span className="t-button__text">{t('debrief.export')}</span>
      </a>
    </>
  )
  const back = hasActSomewhere(session, 'read_candidates') ? { to: '/candidates', label: t('debrief.candidates') } : { to: '/interviews', label: t('debrief.interviews') }
  return (
    <div className="hm-debrief">
      <Page title={debrief.data ? t('debrief.titleOf', { name: debrief.data.candidate.title }) : t('debrief.title')} actions={actions} back={back}>
        <QueryContent query={debrief} lines={8}>
          {(loaded) => <Content debrief={loaded} />}
        </QueryContent>
      </Page>
    </div>
  )
}

function Content({ debrief }: { debrief: Debrief }) {
  const { t } = useTranslation('scorecards')
  const { corp } = useSession()
  return (
    <>
      <p className="hm-debrief__printed hm-small">{t('debrief.printed', { company: corp.name, time: formatDateTimeWithYear(new Date().toISOString(), corp.timeZone) })}</p>
      <RoundsCard rounds={debrief.rounds} hasMore={debrief.hasMore} />
      <Card flush title={t('debrief.comparison')}>
        {debrief.criteria.length > 0 ? (
          <>
            <ComparisonTable debrief={debrief} />
            <p className="hm-compare__definition hm-small hm-muted">{t('debrief.definition')}</p>
          </>
        ) : (
          <EmptyState small title={t('debrief.none')} text={t('debrief.noneText')} />
        )}
      </Card>
      <Comments debrief={debrief} />
      <RoundRecords rounds={debrief.rounds} />
    </>
  )
}

/** The comments on the whole interviews. */
function Comments({ debrief: { rounds } }: { debrief: Debrief }) {
  const { t } = useTranslation('scorecards')
  const comments = rounds.flatMap(({ title, scorecards }) => scorecards.items.filter(({ comment }) => comment).map((card) => ({ title, card })))
  if (comments.length === 0) return null
  return (
    <Card title={t('form.comment')}>
      <ul className="hm-debrief__comments">
        {comments.map(({ title, card: { interviewId, author, comment } }) => (
          <li key={`${interviewId} ${author.userId}`}>
            <div className="hm-row">
              <Person name={author.name} avatar={author.avatar} /> <span className="hm-small hm-muted">{title}</span>
            </div>
            <p className="hm-wrap">{comment}</p>
          </li>
        ))}
      </ul>
    </Card>
  )
}
