import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { questionVersionPagesQuery, questionVersionQuery, useRestoreQuestion } from '@/api/catalog'
import type { QuestionSummary, QuestionVersionSummary } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Modal } from '@/ui/Modal'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { ContentDiff } from './ContentDiff'
import { isContentField } from './contentText'

/** The versions of a question, newest first, with their differences from the present one. */
export default function QuestionVersions({ question, onClose }: { question: QuestionSummary; onClose: () => void }) {
  const { t } = useTranslation('questions')
  const recruiter = hasAct(useSession(), 'edit_questions')
  const pages = useInfiniteQuery(questionVersionPagesQuery(question.id))
  const [compared, setCompared] = useState<number>()
  const [restored, setRestored] = useState<QuestionVersionSummary>()
  const newest = pages.data?.pages[0]?.items[0]?.number
  const restore = useRestoreQuestion(question.id)
  return (
    <Modal kind="drawer" title={t('versions.title', { title: question.title })} onClose={onClose}>
      <QueryContent query={pages}>
        {({ pages: loaded }) => (
          <ol className="hm-versions">
            {loaded.flatMap(({ items }) => items).map((version) => (
              <li key={version.number} className="hm-version">
                <VersionLine version={version} isNewest={version.number === newest} />
                {version.number !== newest && (
                  <div className="hm-row">
                    <Button size="small" variant="text" theme="primary" aria-expanded={compared === version.number} onClick={() => setCompared(compared === version.number ? undefined : version.number)}>
                      {compared === version.number ? t('versions.hide') : t('versions.compare')}
                    </Button>
                    {recruiter && (
                      <Button size="small" variant="text" theme="primary" onClick={() => setRestored(version)}>
                        {t('versions.restore')}
                      </Button>
                    )}
                  </div>
                )}
                {compared === version.number && newest !== undefined && <ComparedVersion id={question.id} number={version.number} newest={newest} />}
              </li>
            ))}
          </ol>
        )}
      </QueryContent>
      <LoadMoreButton query={pages} />
      {restored && (
        <ConfirmDialog
          title={t('versions.restoreTitle', { number: restored.number })}
          confirmLabel={t('versions.restore')}
          busy={restore.isPending}
          error={restore.error}
          onConfirm={() =>
            restore.mutate(
              { number: restored.number, version: newest },
              {
                onSuccess: () => {
                  toast.success(t('versions.restored', { number: restored.number }))
                  setRestored(undefined)
                  setCompared(undefined)
                },
              },
            )
          }
          onClose={() => {
            restore.reset()
            setRestored(undefined)
          }}
        >
          <p>{t('versions.restoreText')}</p>
        </ConfirmDialog>
      )}
    </Modal>
  )
}

function VersionLine({ version, isNewest }: { version: QuestionVersionSummary; isNewest: boolean }) {
  const { t } = useTranslation('questions')
  const zone = useTimeZone()
  const changed = version.changedFields.filter(isContentField).map((field) => t(`fields.${field}`))
  return (
    <>
      <p>
        <strong>{t('versions.number', { number: version.number })}</strong>
        {isNewest && <span className="hm-muted"> {t('versions.newest')}</span>}
      </p>
      <p className="hm-small hm-muted">
        <span className="hm-num">{formatDateTime(version.at, zone)}</span> {version.by.name}
      </p>
      {version.restoredFrom ? (
        <p className="hm-small">{t('versions.restoredFrom', { number: version.restoredFrom })}</p>
      ) : (
        changed.length > 0 && <p className="hm-small">{t('versions.changed', { fields: changed.join(t('separator')) })}</p>
      )}
    </>
  )
}

/** What has changed from a version to the present one. */
function ComparedVersion({ id, number, newest }: { id: string; number: number; newest: number }) {
  const before = useQuery(questionVersionQuery(id, number))
  const after = useQuery(questionVersionQuery(id, newest))
  return <QueryContent query={before}>{(old) => <QueryContent query={after}>{(present) => <ContentDiff before={old} after={present} />}</QueryContent>}</QueryContent>
}
