import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { positionPages, useSavePosition } from '@/api/catalog'
import type { Position } from '@/api/types'
import { hasRole, useSession } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { MoreButton } from '@/ui/MoreButton'
import { Card, Page } from '@/ui/Page'
import { SearchBar } from '@/ui/SearchBar'
import { Empty, Loaded } from '@/ui/states'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { useDebounced } from '@/ui/useDebounced'
import { PositionEditor } from './PositionEditor'

type State = Position['state'] | ''

export default function PositionsPage() {
  const { t } = useTranslation()
  const recruiter = hasRole(useSession(), 'recruiter')
  const [q, setQ] = useState('')
  const [state, setState] = useState<State>('open')
  const [editing, setEditing] = useState<Position | 'new'>()
  const pages = useInfiniteQuery(positionPages({ q: useDebounced(q.trim()) || undefined, state: state || undefined }))
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
          onChange: (value) => setState(value as State),
        }}
      />
      <Card flush>
        <Loaded query={pages}>
          {({ pages: loaded }) => {
            const positions = loaded.flatMap(({ items }) => items)
            if (positions.length > 0) return <Positions positions={positions} recruiter={recruiter} onEdit={setEditing} />
            return <Empty title={q ? t('common.noMatch') : t('positions.none')}>{!q && create}</Empty>
          }}
        </Loaded>
        <MoreButton query={pages} />
      </Card>
      {editing && <PositionEditor position={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </Page>
  )
}

function Positions({ positions, recruiter, onEdit }: { positions: Position[]; recruiter: boolean; onEdit: (position: Position) => void }) {
  const { t } = useTranslation()
  return (
    <Table
      label={t('nav.positions')}
      rows={positions}
      columns={[
        { title: t('positions.title'), main: true, cell: (one) => <b className="hm-strong">{one.title}</b> },
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
          actions: true,
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
  const setState = (state: Position['state']) =>
    save.mutate({ title: position.title, state }, { onSuccess: () => setClosing(false) })
  return (
    <>
      <Button size="small" variant="text" theme="primary" onClick={onEdit}>
        {t('common.edit')}
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
      {closing && (
        <Confirm
          title={t('positions.closeTitle', { title: position.title })}
          confirm={t('positions.close')}
          busy={save.isPending}
          error={save.error}
          onConfirm={() => setState('closed')}
          onClose={() => setClosing(false)}
        >
          <p>{t('positions.closeText')}</p>
        </Confirm>
      )}
    </>
  )
}
