import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { calibrationQuery, calibrationReplayQuery, ratingQuery, ratingStorage, useDeleteCalibration, useInvalidateCalibrations, useUpdateCalibration, type CalibrationExercise } from '@/api/calibration'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button, ButtonLink } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Note, QueryContent } from '@/ui/feedback'
import { Page } from '@/ui/Page'
import { ScorecardForm } from '../scorecard/ScorecardForm'
import { AnonymousReplay } from './AnonymousReplay'
import { ExerciseResult } from './ExerciseResult'
import './calibration.css'

/** An exercise: the replay and the form for a rater, the comparison afterwards and for its readers. */
export default function CalibrationExercisePage() {
  const { t } = useTranslation('calibration')
  const { id = '' } = useParams()
  const zone = useTimeZone()
  const exercise = useQuery(calibrationQuery(id))
  const { data } = exercise
  return (
    <Page
      title={data?.title ?? t('exercise')}
      subtitle={data && t('dueBy', { time: formatDateTime(data.dueAt, zone) })}
      back={{ to: '/calibration', label: t('title') }}
      actions={data && <Actions exercise={data} />}
    >
      <QueryContent query={exercise} lines={9}>
        {(loaded) => (
          <div className="hm-stack">
            {loaded.note && <Note>{loaded.note}</Note>}
            {loaded.mayRate ? (
              <Rating exercise={loaded} />
            ) : loaded.mayReadResult ? (
              <ExerciseResult id={id} />
            ) : (
              <Note>{t('closedWithoutRating')}</Note>
            )}
          </div>
        )}
      </QueryContent>
    </Page>
  )
}

/** The replay beside the form. */
function Rating({ exercise: { id } }: { exercise: CalibrationExercise }) {
  const { t } = useTranslation('calibration')
  const zone = useTimeZone()
  const replay = useQuery(calibrationReplayQuery(id))
  const rating = useQuery(ratingQuery(id))
  const refresh = useInvalidateCalibrations()
  return (
    <>
      <p className="hm-small hm-muted">{t('raterHint')}</p>
      <div className="hm-calibration-rate">
        <section aria-label={t('replay')}>
          <AnonymousReplay query={replay} />
        </section>
        <section aria-label={t('yourRating')}>
          <QueryContent query={rating} lines={9}>
            {(scorecard) => (
              <ScorecardForm
                key={`${scorecard.state}-${rating.dataUpdatedAt}`}
                scorecard={scorecard}
                zone={zone}
                storage={ratingStorage(id)}
                onReload={() => void rating.refetch()}
                onSubmitted={() => void refresh()}
              />
            )}
          </QueryContent>
        </section>
      </div>
    </>
  )
}

function Actions({ exercise }: { exercise: CalibrationExercise }) {
  const { t } = useTranslation('calibration')
  const { id, mayManage, mayRate, own, closedAt } = exercise
  const update = useUpdateCalibration(id)
  const remove = useDeleteCalibration(id)
  const navigate = useNavigate()
  const [confirming, setConfirming] = useState(false)
  const toggle = () => {
    const { title, note, dueAt, withOriginals, version } = exercise
    update.mutate({ title, note, dueAt, withOriginals, version, raters: exercise.raters.map(({ member }) => member.userId), closed: !closedAt })
  }
  return (
    <>
      {!mayRate && (mayManage || own) && <ButtonLink to={`/calibration/${id}/replay`}>{t('replay')}</ButtonLink>}
      {mayManage && (
        <>
          <ButtonLink to={`/calibration/${id}/edit`}>{t('edit')}</ButtonLink>
          <Button loading={update.isPending} onClick={toggle}>
            {t(closedAt ? 'reopen' : 'close')}
          </Button>
          <Button onClick={() => setConfirming(true)}>{t('delete')}</Button>
        </>
      )}
      {confirming && (
        <ConfirmDialog
          danger
          title={t('deleteTitle')}
          confirmLabel={t('delete')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate('/calibration', { replace: true }) })}
          onClose={() => setConfirming(false)}
        >
          <p>{t('deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
