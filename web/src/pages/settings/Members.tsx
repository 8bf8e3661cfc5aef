import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { departmentsQuery, memberPagesQuery } from '@/api/company'
import { signInOptionsQuery } from '@/api/session'
import type { Department, Member } from '@/api/types'
import { loadNamespace } from '@/i18n'
import { Button } from '@/ui/Button'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Card } from '@/ui/Page'
import { Person } from '@/ui/Person'
import { SearchBar } from '@/ui/SearchBar'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { RolesDialog } from './RolesEditor'

const IdentityDialog = lazy(async () => {
  const [{ IdentityDialog: Dialog }] = await Promise.all([import('./IdentityDialog'), loadNamespace('access')])
  return { default: Dialog }
})

interface DepartmentOption {
  value: string
  label: string
}

/** The department tree as a list; names are indented by depth. */
export function flattenDepartments(departments: Department[], depth = 0): DepartmentOption[] {
  return departments.flatMap(({ id, name, children }) => [
    { value: String(id), label: `${'\u3000'.repeat(depth)}${name}` },
    ...flattenDepartments(children, depth + 1),
  ])
}

/** The company's members and their roles. */
export function MembersCard({ editable }: { editable: boolean }) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const [department, setDepartment] = useState('')
  const [editing, setEditing] = useState<Member>()
  const [linking, setLinking] = useState<Member>()
  const provider = useQuery(signInOptionsQuery).data?.oidc?.name
  const departments = useQuery(departmentsQuery)
  const pages = useInfiniteQuery(
    memberPagesQuery({ q: useDebouncedValue(q.trim()) || undefined, department: department ? Number(department) : undefined }),
  )
  return (
    <Card flush title={t('settings.members')}>
      <div className="hm-settings__search">
        <SearchBar
          label={t('settings.searchMembers')}
          value={q}
          onChange={setQ}
          filter={{
            label: t('settings.department'),
            value: department,
            options: [{ value: '', label: t('settings.anyDepartment') }, ...flattenDepartments(departments.data?.items ?? [])],
            onChange: setDepartment,
          }}
        />
      </div>
      <QueryContent query={pages}>
        {({ pages: loaded }) => {
          const members = loaded.flatMap(({ items }) => items)
          if (members.length === 0) return <EmptyState title={q || department ? t('common.noMatch') : t('settings.noMembers')} />
          return <MemberTable members={members} onEdit={editable ? setEditing : undefined} onLink={editable && provider ? setLinking : undefined} />
        }}
      </QueryContent>
      <LoadMoreButton query={pages} />
      {editing && <RolesDialog member={editing} onClose={() => setEditing(undefined)} />}
      <Suspense>{linking && provider && <IdentityDialog member={linking} provider={provider} onClose={() => setLinking(undefined)} />}</Suspense>
    </Card>
  )
}

interface MemberTableProps {
  members: Member[]
  onEdit?: (member: Member) => void
  onLink?: (member: Member) => void
}

function MemberTable({ members, onEdit, onLink }: MemberTableProps) {
  const { t } = useTranslation()
  return (
    <Table
      label={t('settings.members')}
      rows={members.map((member) => ({ ...member, id: member.userId }))}
      columns={[
        { title: t('candidates.name'), isRowHeader: true, cell: ({ name, avatar }) => <Person name={name} avatar={avatar} size={28} /> },
        { title: t('settings.department'), cell: ({ departments }) => departments.map(({ name }) => name).join('、') },
        { title: t('settings.position'), cell: ({ position }) => position },
        {
          title: t('settings.roles'),
          cell: ({ roles, reachable }) => (
            <span className="hm-row">
              {roles.map((role) => (
                <Tag key={role} tone={role === 'administrator' ? 'warning' : role === 'recruiter' ? 'primary' : 'default'}>
                  {t(`role.${role}`)}
                </Tag>
              ))}
              {!reachable && (
                <Tag tone="danger" title={t('form.unreachable')}>
                  {t('settings.unreachable')}
                </Tag>
              )}
            </span>
          ),
        },
        {
          title: t('settings.editRoles'),
          isActions: true,
          cell: (member) => (
            <>
              {onLink && (
                <Button size="small" variant="text" theme="primary" onClick={() => onLink(member)}>
                  {t('settings.editIdentity')}
                </Button>
              )}
              {onEdit && (
                <Button size="small" variant="text" theme="primary" onClick={() => onEdit(member)}>
                  {t('settings.editRoles')}
                </Button>
              )}
            </>
          ),
        },
      ]}
    />
  )
}
