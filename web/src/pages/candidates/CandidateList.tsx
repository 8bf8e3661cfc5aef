import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { candidatePagesQuery, positionChoicesQuery } from '@/api/catalog'
import { roomKindsQuery } from '@/api/showmebug'
import type { Candidate } from '@/api/types'
import { hasAct, hasActSomewhere, useSession } from '@/app/useSession'
import { withTexts } from '@/i18n'
import { Button, ButtonLink } from '@/ui/Button'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card, Page } from '@/ui/Page'
import { SearchBar } from '@/ui/SearchBar'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Table } from '@/ui/Table'
import { useDebouncedValue } from '@/ui/useDebouncedValue'

type OpenPanel = { kind: 'edit'; candidate?: Candidate } | { kind: 'history' | 'files' | 'exams' | 'erasure' | 'access'; candidate: Candidate }

const CandidateEditor = lazy(() => import('./CandidateEditor').then((loaded) => ({ default: loaded.CandidateEditor })))
const ExamsDrawer = lazy(() => withTexts(import('./ExamsDrawer'), 'exams'))
const FilesDrawer = lazy(() => withTexts(import('./FilesDrawer'), 'files'))
const HistoryDrawer = lazy(() => withTexts(import('./HistoryDrawer'), 'scorecards'))
const AccessDrawer = lazy(() => withTexts(import('./AccessDrawer'), 'access'))
const ErasureDrawer = lazy(() => withTexts(import('./ErasureDrawer'), 'admin'))

export function CandidateList() {
  const { t } = useTranslation()
  const session = useSession()
  const recruiter = hasAct(session, 'edit_candidates')
  const [params, setParams] = useSearchParams()
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<OpenPanel>()
  const positionId = params.get('position') ?? ''
  const positions = useQuery(positionChoicesQuery(''))
  const pages = useInfiniteQuery(candidatePagesQuery({ q: useDebouncedValue(q.trim()) || undefined, positionId: positionId || undefined }))
  const create = recruiter && (
    <Button theme="primary" onClick={() => setOpen({ kind: 'edit' })}>
      {t('candidates.new')}
    </Button>
  )
  const actions = recruiter && (
    <>
      <ButtonLink to="/candidates/import">{t('common.import')}</ButtonLink>
      {create}
    </>
  )
  return (
    <Page title={t('nav.candidates')} actions={actions}>
      <SearchBar
        label={t('candidates.search')}
        value={q}
        onChange={setQ}
        filter={{
          label: t('candidates.position'),
          value: positionId,
          options: [
            { value: '', label: t('interviews.anyPosition') },
            ...(positions.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title })),
          ],
          onChange: (id) => setParams(id ? { position: id } : {}, { replace: true }),
        }}
      />
      <Card flush>
        <QueryContent query={pages}>
          {({ pages: loaded }) => {
            const candidates = loaded.flatMap(({ items }) => items)
            if (candidates.length > 0) return <CandidateTable candidates={candidates} recruiter={recruiter} onOpen={setOpen} />
            return <EmptyState title={q || positionId ? t('common.noMatch') : t('candidates.none')}>{!q && create}</EmptyState>
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
      <Suspense>
        {open?.kind === 'edit' && (
          <CandidateEditor
            key={open.candidate?.id ?? 'new'}
            candidate={open.candidate}
            positionId={positionId}
            existing={{ label: t('candidates.openExisting'), onUse: (candidate) => setOpen({ kind: 'edit', candidate }) }}
            onClose={() => setOpen(undefined)}
            onErase={hasAct(session, 'erase_candidates') ? (candidate) => setOpen({ kind: 'erasure', candidate }) : undefined}
          />
        )}
        {open?.kind === 'history' && <HistoryDrawer candidate={open.candidate} onClose={() => setOpen(undefined)} />}
        {open?.kind === 'files' && <FilesDrawer candidate={open.candidate} canUpload={recruiter} onClose={() => setOpen(undefined)} />}
        {open?.kind === 'access' && <AccessDrawer candidate={open.candidate} onClose={() => setOpen(undefined)} />}
        {open?.kind === 'erasure' && <ErasureDrawer candidate={open.candidate} onClose={() => setOpen(undefined)} />}
        {open?.kind === 'exams' && <ExamsDrawer candidate={open.candidate} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </Page>
  )
}

function CandidateTable({ candidates, recruiter, onOpen }: { candidates: Candidate[]; recruiter: boolean; onOpen: (open: OpenPanel) => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const rooms = useQuery({ ...roomKindsQuery, enabled: hasAct(session, 'send_exams') })
  // Written tests need ShowMeBug.
  const examsAvailable = rooms.data?.kinds.some(({ kind, available }) => kind === 'showmebug' && available)
  return (
    <Table
      label={t('nav.candidates')}
      rows={candidates}
      columns={[
        { title: t('candidates.name'), isRowHeader: true, cell: (one) => <b className="hm-strong">{one.name}</b> },
        { title: t('candidates.position'), cell: (one) => one.position?.title },
        { title: t('candidates.email'), cell: (one) => one.email && <a href={`mailto:${one.email}`}>{one.email}</a> },
        { title: t('candidates.mobile'), cell: (one) => one.mobile && <span className="hm-num">{one.mobile}</span> },
        { title: t('candidates.source'), isSecondary: true, cell: (one) => one.source },
        {
          title: t('candidates.resume'),
          isSecondary: true,
          cell: (one) =>
            one.resumeUrl && (
              <a href={one.resumeUrl} target="_blank" rel="noreferrer noopener">
                {t('candidates.openResume')}
              </a>
            ),
        },
        {
          title: t('common.edit'),
          isActions: true,
          cell: (candidate) => (
            <>
              <Button size="small" variant="text" theme="primary" onClick={() => onOpen({ kind: 'history', candidate })}>
                {t('candidates.history')}
              </Button>
              {hasActSomewhere(session, 'read_files') && (
                <Button size="small" variant="text" onClick={() => onOpen({ kind: 'files', candidate })}>
                  {t('candidates.files')}
                </Button>
              )}
              {examsAvailable && (
                <Button size="small" variant="text" onClick={() => onOpen({ kind: 'exams', candidate })}>
                  {t('candidates.exams')}
                </Button>
              )}
              {hasAct(session, 'read_access') && (
                <Button size="small" variant="text" onClick={() => onOpen({ kind: 'access', candidate })}>
                  {t('candidates.access')}
                </Button>
              )}
              {recruiter && (
                <Button size="small" variant="text" onClick={() => onOpen({ kind: 'edit', candidate })}>
                  {t('common.edit')}
                </Button>
              )}
            </>
          ),
        },
      ]}
    />
  )
}
