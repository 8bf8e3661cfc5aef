import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { calibrationPreviewQuery, calibrationReplayQuery } from '@/api/calibration'
import { Note } from '@/ui/feedback'
import { Page } from '@/ui/Page'
import { AnonymousReplay } from './AnonymousReplay'

/** The replay without names: of an exercise, or of an interview before it becomes one. */
export default function CalibrationReplayPage() {
  const { t } = useTranslation('calibration')
  const { id = '', interviewId } = useParams()
  const replay = useQuery(interviewId ? calibrationPreviewQuery(interviewId) : calibrationReplayQuery(id))
  const back = interviewId ? { to: `/calibration/new?interview=${interviewId}`, label: t('create') } : { to: `/calibration/${id}`, label: t('exercise') }
  return (
    <Page title={t(interviewId ? 'preview' : 'replay')} back={back}>
      <div className="hm-stack">
        {interviewId && <Note tone="warning">{t('namesRemain')}</Note>}
        <AnonymousReplay query={replay} />
      </div>
    </Page>
  )
}
