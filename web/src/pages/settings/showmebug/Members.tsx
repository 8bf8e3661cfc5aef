import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showmebugMemberPages, useSyncShowMeBugMember } from '@/api/showmebug'
import type { ShowMeBugMember as Member } from '@/api/types'
import { Button } from '@/ui/Button'
import { SelectField } from '@/ui/Field'
import { MoreButton } from '@/ui/MoreButton'
import { Card } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { Empty, Loaded, useErrorText } from '@/ui/states'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { Contact } from './Contact'

type State = Member['state']

const states: State[] = ['missing_contact', 'failed', 'pending', 'mapped']
const tones: Record<State, Tone> = { missing_contact: 'warning', failed: 'danger', pending: 'primary', mapped: 'success' }

/** Who of the company ShowMeBug knows, and what is missing for the others. */
export function Members() {
  const { t } = useTranslation('admin')
  const [state, setState] = useState<State | ''>('')
  const pages = useInfiniteQuery(showmebugMemberPages(state || undefined))
  const filter = (
    <SelectField
      bare
      label={t('rooms.members.state')}
      value={state}
      options={[{ value: '', label: t('rooms.members.all') }, ...states.map((value) => ({ value, label: t(`rooms.members.states.${value}`) }))]}
      onChange={setState}
    />
  )
  return (
    <Card flush title={t('rooms.members.title')} actions={<div className="hm-smb-filter">{filter}</div>}>
      <p className="hm-smb-hint hm-muted">{t('rooms.members.hint')}</p>
      <Loaded query={pages} lines={4}>
        {({ pages: loaded }) => {
          const members = loaded.flatMap(({ items }) => items)
          if (members.length === 0) return <Empty small title={state ? t('rooms.members.noneSuch') : t('rooms.members.none')} />
          return <Mapping members={members} />
        }}
      </Loaded>
      <MoreButton query={pages} />
    </Card>
  )
}

function Mapping({ members }: { members: Member[] }) {
  const { t } = useTranslation('admin')
  const [entering, setEntering] = useState('')
  return (
    <Table
      label={t('rooms.members.title')}
      rows={members.map((member) => ({ ...member, id: member.userId }))}
      columns={[
        { title: t('rooms.members.name'), main: true, cell: ({ name, avatar }) => <Person name={name} avatar={avatar} size={28} /> },
        {
          title: t('rooms.members.contact'),
          cell: (member) => (
            <Contact
              member={member}
              open={member.state === 'missing_contact' || entering === member.userId}
              onClose={entering === member.userId ? () => setEntering('') : undefined}
            />
          ),
        },
        { title: t('rooms.members.state'), cell: (member) => <Outcome member={member} /> },
        {
          title: t('rooms.members.actions'),
          actions: true,
          cell: (member) => member.state !== 'missing_contact' && <Actions member={member} onEnter={() => setEntering(member.userId)} />,
        },
      ]}
    />
  )
}

function Outcome({ member: { state, error, showmebugUserId } }: { member: Member }) {
  const { t } = useTranslation('admin')
  return (
    <div>
      <Tag tone={tones[state]}>{t(`rooms.members.states.${state}`)}</Tag>
      {state === 'mapped' && showmebugUserId && <span className="hm-small hm-muted"> #{showmebugUserId}</span>}
      {error && <div className="hm-small hm-wrap">{error.message}</div>}
    </div>
  )
}

function Actions({ member: { userId }, onEnter }: { member: Member; onEnter: () => void }) {
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
