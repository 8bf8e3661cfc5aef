import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { positionPagesQuery, useDeletePosition, useSavePosition } from '@/api/catalog'
import type { Position } from '@/api/types'
import { hasAct, useSession } from '@/app/useSession'
import { loadNamespace } from '@/i18n'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card, Page } from '@/ui/Page'
import { SearchBar } from '@/ui/SearchBar'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { PositionEditor } from './PositionEditor'

const HiringManagersEditor = lazy(async () => {
  const [editor] = await Promise.all([import('./HiringManagersEditor'), loadNamespace('access')])
  return { default: editor.HiringManagersEditor }
})
const PoolEditor = lazy(() => import('./PoolEditor').then((loaded) => ({ default: loaded.PoolEditor })))

type PositionState = Position['state'] | ''

export default function PositionsPage() {
  const { t } = useTranslation()
  const recruiter = hasAct(useSession(), 'edit_positions')
  const [q, setQ] = useState('')
  const [state, setState] = useState<PositionState>('open')
  const [editing, setEditing] = useState<Position | 'new'>()
  const pages = useInfiniteQuery(positionPagesQuery({ q: useDebouncedValue(q.trim()) || undefined, state: state || undefined }))
  const create = recruiter && (
    <Button theme="primary" onClick={() => setEditing('new')}>
      {t('positions.new')}
    </Button>
  )
  return (
    <Page title={t('nav.positions')} actions={create}>
      <SearchBar
        label={t('positions.search')}
        value={q}
        onChange={setQ}
        filter={{
          label: t('positions.state'),
          value: state,
          options: [
            { value: 'open', label: t('positions.states.open') },
            { value: 'closed', label: t('positions.states.closed') },
            { value: '', label: t('common.all') },
          ],
          onChange: (value) => setState(value as PositionState),
        }}
      />
      <Card flush>
        <QueryContent query={pages}>
          {({ pages: loaded }) => {
            const positions = loaded.flatMap(({ items }) => items)
            if (positions.length > 0) return <PositionTable positions={positions} recruiter={recruiter} onEdit={setEditing} />
            return <EmptyState title={q ? t('common.noMatch') : t('positions.none')}>{!q && create}</EmptyState>
          }}
        </QueryContent>
        <LoadMoreButton query={pages} />
      </Card>
      {editing && <PositionEditor position={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </Page>
  )
}

function PositionTable({ positions, recruiter, onEdit }: { positions: Position[]; recruiter: boolean; onEdit: (position: Position) => void }) {
  const { t } = useTranslation()
  return (
    <Table
      label={t('nav.positions')}
      rows={positions}
      columns={[
        { title: t('positions.title'), isRowHeader: true, cell: (one) => <b className="hm-strong">{one.title}</b> },
        { title: t('positions.department'), cell: (one) => one.department },
        { title: t('positions.level'), cell: (one) => one.level },
        { title: t('positions.headcount'), cell: (one) => <span className="hm-num">{one.headcount}</span> },
        {
          title: t('nav.candidates'),
          cell: (one) => (
            <Link to={`/candidates?position=${one.id}`} className="hm-num">
              {t('positions.candidates', { count: one.candidates })}
            </Link>
          ),
        },
        {
          title: t('positions.state'),
          cell: (one) => <Tag tone={one.state === 'open' ? 'success' : 'default'}>{t(`positions.states.${one.state}`)}</Tag>,
        },
        {
          title: t('common.edit'),
          isActions: true,
          cell: (one) => recruiter && <RowActions position={one} onEdit={() => onEdit(one)} />,
        },
      ]}
    />
  )
}

function RowActions({ position, onEdit }: { position: Position; onEdit: () => void }) {
  const { t } = useTranslation()
  const save = useSavePosition(position.id)
  const [closing, setClosing] = useState(false)
  const [editingPool, setEditingPool] = useState(false)
  const [naming, setNaming] = useState(false)
  const setState = (state: Position['state']) =>
    save.mutate({ title: position.title, state }, { onSuccess: () => setClosing(false) })
  return (
    <>
      <Button size="small" variant="text" theme="primary" onClick={onEdit}>
        {t('common.edit')}
      </Button>
      <Button size="small" variant="text" theme="primary" aria-label={t('pool.openFor', { position: position.title })} onClick={() => setEditingPool(true)}>
        {t('pool.edit')}
      </Button>
      <Button size="small" variant="text" aria-label={t('positions.hiringManagersOf', { position: position.title })} onClick={() => setNaming(true)}>
        {t('positions.hiringManagers')}
      </Button>
      {position.state === 'open' ? (
        <Button size="small" variant="text" onClick={() => setClosing(true)}>
          {t('positions.close')}
        </Button>
      ) : (
        <Button size="small" variant="text" loading={save.isPending} onClick={() => setState('open')}>
          {t('positions.reopen')}
        </Button>
      )}
      {position.candidates === 0 && <DeleteAction position={position} />}
      {naming && (
        <Suspense>
          <HiringManagersEditor position={position} onClose={() => setNaming(false)} />
        </Suspense>
      )}
      {editingPool && (
        <Suspense>
          <PoolEditor position={position} onClose={() => setEditingPool(false)} />
        </Suspense>
      )}
      {closing && (
        <ConfirmDialog
          title={t('positions.closeTitle', { title: position.title })}
          confirmLabel={t('positions.close')}
          busy={save.isPending}
          error={save.error}
          onConfirm={() => setState('closed')}
          onClose={() => setClosing(false)}
        >
          <p>{t('positions.closeText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

/** Deletes a position without candidates. The server refuses one that still has interviews. */
function DeleteAction({ position }: { position: Position }) {
  const { t } = useTranslation()
  const remove = useDeletePosition(position.id)
  const [confirming, setConfirming] = useState(false)
  return (
    <>
      <Button size="small" variant="text" theme="danger" onClick={() => setConfirming(true)}>
        {t('positions.delete')}
      </Button>
      {confirming && (
        <ConfirmDialog
          danger
          title={t('positions.deleteTitle', { title: position.title })}
          confirmLabel={t('positions.delete')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setConfirming(false)}
        >
          <p>{t('positions.deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
