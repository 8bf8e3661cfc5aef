import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSetRoles } from '@/api/company'
import type { Member, Role } from '@/api/types'
import { useSession } from '@/app/useSession'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { CheckboxGroup } from '@/ui/CheckboxGroup'
import { Note } from '@/ui/feedback'
import { toast } from '@/ui/toast'

const ASSIGNABLE_ROLES: Role[] = ['administrator', 'recruiter', 'coordinator', 'interviewer', 'auditor']

export function RolesDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const [roles, setRoles] = useState<Role[]>(member.roles)
  const save = useSetRoles()
  // The server refuses it: a company without an administrator could not be restored.
  const keepsAdministrator = member.userId === session.user.userId && member.roles.includes('administrator')
  const handleConfirm = () =>
    save.mutate(
      { userId: member.userId, roles, previous: member.roles },
      {
        onSuccess: () => {
          onClose()
          toast.success(t('common.saved'))
        },
      },
    )
  return (
    <ConfirmDialog
      title={t('settings.rolesOf', { name: member.name })}
      confirmLabel={t('common.save')}
      busy={save.isPending}
      error={save.error}
      onConfirm={handleConfirm}
      onClose={onClose}
    >
      <CheckboxGroup
        label={t('settings.roles')}
        choices={ASSIGNABLE_ROLES.map((role) => ({ id: role, disabled: keepsAdministrator && role === 'administrator', label: `${t(`role.${role}`)}：${t(`settings.roleHints.${role}`)}` }))}
        value={roles}
        onChange={(ids) => setRoles(ASSIGNABLE_ROLES.filter((role) => ids.includes(role)))}
      />
      {keepsAdministrator && <Note>{t('settings.ownRole')}</Note>}
    </ConfirmDialog>
  )
}
