import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSetRoles } from '@/api/company'
import type { Member, Role } from '@/api/types'
import { useSession } from '@/app/useSession'
import { Confirm } from '@/ui/Confirm'
import { PickMany } from '@/ui/PickMany'
import { Note } from '@/ui/states'
import { toast } from '@/ui/toast'

const all: Role[] = ['administrator', 'recruiter', 'interviewer']

export function RolesEditor({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const [roles, setRoles] = useState<Role[]>(member.roles)
  const save = useSetRoles()
  const losesOwn = member.userId === session.user.userId && !roles.includes('administrator')
  const onConfirm = () =>
    save.mutate(
      { userId: member.userId, roles },
      {
        onSuccess: () => {
          onClose()
          toast.success(t('common.saved'))
        },
      },
    )
  return (
    <Confirm
      title={t('settings.rolesOf', { name: member.name })}
      confirm={t('common.save')}
      danger={losesOwn}
      busy={save.isPending}
      error={save.error}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <PickMany
        label={t('settings.roles')}
        choices={all.map((role) => ({ id: role, label: `${t(`role.${role}`)}：${t(`settings.roleHints.${role}`)}` }))}
        value={roles}
        onChange={(ids) => setRoles(all.filter((role) => ids.includes(role)))}
      />
      {losesOwn && <Note tone="warning">{t('settings.ownRole')}</Note>}
    </Confirm>
  )
}
