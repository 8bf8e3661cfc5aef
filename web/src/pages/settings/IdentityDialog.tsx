import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { memberIdentityQuery, useSetMemberIdentity } from '@/api/company'
import { problemsByField } from '@/api/problem'
import type { Member } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { TextField } from '@/ui/Field'
import { Note, QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'

interface Props {
  member: Member
  provider: string
  onClose: () => void
}

/** The account at the OpenID Connect provider with which a member may sign in. */
export function IdentityDialog({ member, provider, onClose }: Props) {
  const { t } = useTranslation(['translation', 'access'])
  const zone = useTimeZone()
  const identity = useQuery(memberIdentityQuery(member.userId))
  const save = useSetMemberIdentity(member.userId)
  const [changed, setChanged] = useState<string>()
  const stored = identity.data?.email ?? ''
  const email = changed ?? stored
  const handleConfirm = () =>
    save.mutate(
      { email: email.trim(), previous: stored },
      {
        onSuccess: () => {
          onClose()
          toast.success(t('common.saved'))
        },
      },
    )
  return (
    <ConfirmDialog
      title={t('access:identity.title', { name: member.name })}
      confirmLabel={t('common.save')}
      busy={save.isPending || identity.isPending}
      error={save.error}
      onConfirm={handleConfirm}
      onClose={onClose}
    >
      <QueryContent query={identity}>
        {({ boundAt }) => (
          <>
            <TextField
              label={t('access:identity.email')}
              hint={t('access:identity.hint', { provider })}
              type="email"
              value={email}
              limit={254}
              problem={problemsByField(save.error).email}
              onChange={setChanged}
            />
            {stored && <Note>{boundAt ? t('access:identity.bound', { time: formatDateTime(boundAt, zone) }) : t('access:identity.unused')}</Note>}
          </>
        )}
      </QueryContent>
    </ConfirmDialog>
  )
}
