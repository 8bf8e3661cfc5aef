import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showmebugMemberPagesQuery, useSyncShowMeBugMember } from '@/api/showmebug'
import type { ShowMeBugMember as Member } from '@/api/types'
import { Button } from '@/ui/Button'
import { SelectField } from '@/ui/Field'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { EmptyState, QueryContent, useErrorText } from '@/ui/feedback'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { ContactCell } from './ContactCell'

type MappingState = Member['state']

const STATES: MappingState[] = ['missing_contact', 'failed', 'pending', 'mapped']
const tones: Record<MappingState, Tone> = { missing_contact: 'warning', failed: 'danger', pending: 'primary', mapped: 'success' }

/** Mapping of members to ShowMeBug users, with what is missing. */
export function MemberMapping() {
  const { t } = useTranslation('admin')
  const [state, setState] = useState<MappingState | ''>('')
  const pages = useInfiniteQuery(showmebugMemberPagesQuery(state || undefined))
  const filter = (
    <SelectField
      hideLabel
      label={t('rooms.members.state')}
      value={state}
      options={[{ value: '', label: t('rooms.members.all') }, ...STATES.map((value) => ({ value, label: t(`rooms.members.states.${value}`) }))]}
      onChange={setState}
    />
  )
  return (
    <Card flush title={t('rooms.members.title')} actions={<div className="hm-smb-filter">{filter}</div>}>
      <p className="hm-smb-hint hm-muted">{t('rooms.members.hint')}</p>
      <QueryContent query={pages} lines={4}>
        {({ pages: loaded }) => {
          const members = loaded.flatMap(({ items }) => items)
          if (members.length === 0) return <EmptyState small title={state ? t('rooms.members.noneSuch') : t('rooms.members.none')} />
          return <MappingTable members={members} />
        }}
      </QueryContent>
      <LoadMoreButton query={pages} />
    </Card>
  )
}

function MappingTable({ members }: { members: Member[] }) {
  const { t } = useTranslation('admin')
  const [entering, setEntering] = useState('')
  return (
    <Table
      label={t('rooms.members.title')}
      rows={members.map((member) => ({ ...member, id: member.userId }))}
      columns={[
        { title: t('rooms.members.name'), isRowHeader: true, cell: ({ name, avatar }) => <Person name={name} avatar={avatar} size={28} /> },
        {
          title: t('rooms.members.contact'),
          cell: (member) => (
            <ContactCell
              member={member}
              editing={member.state === 'missing_contact' || entering === member.userId}
              onClose={entering === member.userId ? () => setEntering('') : undefined}
            />
          ),
        },
        { title: t('rooms.members.state'), cell: (member) => <MappingStatus member={member} /> },
        {
          title: t('rooms.members.actions'),
          isActions: true,
          cell: (member) => member.state !== 'missing_contact' && <MappingActions member={member} onEnter={() => setEntering(member.userId)} />,
        },
      ]}
    />
  )
}

function MappingStatus({ member: { state, error, showmebugUserId } }: { member: Member }) {
  const { t } = useTranslation('admin')
  return (
    <div>
      <Tag tone={tones[state]}>{t(`rooms.members.states.${state}`)}</Tag>
      {state === 'mapped' && showmebugUserId && <span className="hm-small hm-muted"> #{showmebugUserId}</span>}
      {error && <div className="hm-small hm-wrap">{error.message}</div>}
    </div>
  )
}

function MappingActions({ member: { userId }, onEnter }: { member: Member; onEnter: () => void }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const sync = useSyncShowMeBugMember(userId)
  return (
    <>
      <Button size="small" variant="text" theme="primary" onClick={onEnter}>
        {t('rooms.members.enter')}
      </Button>
      <Button
        size="small"
        variant="text"
        loading={sync.isPending}
        onClick={() => sync.mutate(undefined, { onSuccess: () => toast.success(t('rooms.members.syncToast')), onError: (err) => toast.error(errorText(err)) })}
      >
        {t('rooms.members.sync')}
      </Button>
    </>
  )
}
