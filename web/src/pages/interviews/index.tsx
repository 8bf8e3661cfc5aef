import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { hasAct, useSession } from '@/app/useSession'
import { ButtonLink } from '@/ui/Button'
import { OwnInterviewsNote } from '@/ui/OwnInterviews'
import { Page } from '@/ui/Page'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { ListView } from './ListView'
import type { InterviewsView } from './useInterviewFilter'
import { useInterviewFilter } from './useInterviewFilter'
import './interviews.css'

const CalendarView = lazy(() => import('./CalendarView').then((loaded) => ({ default: loaded.CalendarView })))

const VIEWS: InterviewsView[] = ['list', 'day', 'week']

export default function InterviewsPage() {
  const { t } = useTranslation()
  const session = useSession()
  const filter = useInterviewFilter()
  const recruiter = hasAct(session, 'schedule_interviews')
  return (
    <Page
      title={t('nav.interviews')}
      actions={
        <>
          <SegmentedControl
            label={t('interviews.view')}
            value={filter.view}
            options={VIEWS.map((view) => ({ value: view, label: t(`interviews.views.${view}`) }))}
            onChange={(view) => filter.set({ view })}
          />
          {recruiter && (
            <>
              <ButtonLink to="/offers">{t('offers.title')}</ButtonLink>
              <ButtonLink to="/interviews/loop">{t('loop.plan')}</ButtonLink>
              <ButtonLink to="/interviews/import">{t('common.import')}</ButtonLink>
              <ButtonLink to="/interviews/new" theme="primary">{t('interview.new')}</ButtonLink>
            </>
          )}
        </>
      }
    >
      <OwnInterviewsNote />
      {filter.view === 'list' ? (
        <ListView filter={filter} />
      ) : (
        <Suspense>
          <CalendarView filter={filter} recruiter={recruiter} />
        </Suspense>
      )}
    </Page>
  )
}
