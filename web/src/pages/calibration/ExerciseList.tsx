import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { calibrationFiguresQuery, calibrationsQuery, ownDriftQuery, type CalibrationDrift, type CalibrationExercise } from '@/api/calibration'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { ButtonLink } from '@/ui/Button'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Card, Page } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { AgreementTable } from './AgreementTable'
import { driftText, recentText } from './agreementText'
import './calibration.css'

/** The calibration exercises that the member may see, with the figures of the company or their own. */
export function ExerciseList() {
  const { t } = useTranslation('calibration')
  const session = useSession()
  const exercises = useQuery(calibrationsQuery)
  const readsAll = hasAct(session, 'read_calibration')
  return (
    <Page
      title={t('title')}
      subtitle={t(readsAll ? 'subtitle' : 'ownSubtitle')}
      actions={hasAct(session, 'manage_calibration') && <ButtonLink theme="primary" to="/calibration/new">{t('create')}</ButtonLink>}
    >
      <div className="hm-stack">
        <Card flush title={t('exercises')}>
          <QueryContent query={exercises}>
            {(list) => (list.length > 0 ? <ExerciseTable exercises={list} /> : <EmptyState small title={t(readsAll ? 'none' : 'noneOwn')} />)}
          </QueryContent>
        </Card>
        {readsAll ? <CompanyFigures /> : <OwnDrift />}
      </div>
    </Page>
  )
}

function ExerciseTable({ exercises }: { exercises: CalibrationExercise[] }) {
  const { t } = useTranslation('calibration')
  const zone = useTimeZone()
  return (
    <Table
      label={t('exercises')}
      rows={exercises}
      columns={[
        { title: t('exercise'), isRowHeader: true, cell: ({ id, title }) => <Link to={`/calibration/${id}`}>{title}</Link> },
        { title: t('due'), cell: ({ dueAt }) => <span className="hm-num">{formatDateTime(dueAt, zone)}</span> },
        { title: t('submittedOf'), cell: ({ submitted, invited }) => <span className="hm-num">{`${submitted} / ${invited}`}</span> },
        { title: t('state'), cell: (exercise) => <StateTag exercise={exercise} /> },
      ]}
    />
  )
}

function StateTag({ exercise: { closedAt, mayRate, own } }: { exercise: CalibrationExercise }) {
  const { t } = useTranslation('calibration')
  if (mayRate) return <Tag tone="warning">{t('states.toRate')}</Tag>
  if (closedAt) return <Tag>{t('states.closed')}</Tag>
  return own === 'submitted' ? <Tag tone="success">{t('states.rated')}</Tag> : <Tag tone="primary">{t('states.open')}</Tag>
}

function CompanyFigures() {
  const { t } = useTranslation('calibration')
  const figures = useQuery(calibrationFiguresQuery)
  return (
    <QueryContent query={figures}>
      {({ criteria, drifts }) => (
        <>
          <Card flush title={t('agreement')}>
            <p className="hm-calibration-definition hm-small hm-muted">{t('agreementDefinition')}</p>
            {criteria.length > 0 ? <AgreementTable label={t('agreement')} criteria={criteria} /> : <EmptyState small title={t('noRatings')} />}
          </Card>
          <Card flush title={t('drift.title')}>
            <p className="hm-calibration-definition hm-small hm-muted">{t('drift.definition')}</p>
            {drifts.length > 0 ? <DriftTable drifts={drifts} /> : <EmptyState small title={t('noRatings')} />}
          </Card>
        </>
      )}
    </QueryContent>
  )
}

function DriftTable({ drifts }: { drifts: CalibrationDrift[] }) {
  const { t } = useTranslation('calibration')
  return (
    <Table
      label={t('drift.title')}
      rows={drifts.map((drift) => ({ ...drift, id: drift.member.userId }))}
      columns={[
        { title: t('interviewer'), isRowHeader: true, cell: ({ member }) => member.name },
        { title: t('drift.column'), cell: (drift) => driftText(t, drift) },
        { title: t('drift.recently'), cell: (drift) => recentText(t, drift) },
      ]}
    />
  )
}

function OwnDrift() {
  const { t } = useTranslation('calibration')
  const own = useQuery(ownDriftQuery)
  return (
    <Card title={t('drift.own')}>
      <QueryContent query={own}>
        {(drift) => (
          <div className="hm-stack">
            <p className="hm-calibration-figure">{[driftText(t, drift), recentText(t, drift)].filter(Boolean).join(' · ')}</p>
            <p className="hm-small hm-muted">{t('drift.definition')}</p>
          </div>
        )}
      </QueryContent>
    </Card>
  )
}
