import { useTranslation } from 'react-i18next'
import { hasRole, useSession } from '@/app/useSession'
import { ButtonLink } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Segmented } from '@/ui/Segmented'
import { CalendarView } from './CalendarView'
import { ListView } from './ListView'
import type { View } from './useFilter'
import { useFilter } from './useFilter'
import './interviews.css'

const views: View[] = ['list', 'day', 'week']

export default function InterviewsPage() {
  const { t } = useTranslation()
  const session = useSession()
  const filter = useFilter()
  const recruiter = hasRole(session, 'recruiter')
  return (
    <Page
      title={t('nav.interviews')}
      actions={
        <>
          <Segmented
            label={t('interviews.view')}
            value={filter.view}
            options={views.map((view) => ({ value: view, label: t(`interviews.views.${view}`) }))}
            onChange={(view) => filter.set({ view })}
          />
          {recruiter && <ButtonLink to="/interviews/import">{t('common.import')}</ButtonLink>}
          {recruiter && <ButtonLink to="/interviews/new" theme="primary">{t('interview.new')}</ButtonLink>}
        </>
      }
    >
      {filter.view === 'list' ? <ListView filter={filter} /> : <CalendarView filter={filter} recruiter={recruiter} />}
    </Page>
  )
}
