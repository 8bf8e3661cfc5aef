import { useTranslation } from 'react-i18next'
import type { Token } from '@/api/tokens'
import { useRevokeToken } from '@/api/tokens'
import { Confirm } from '@/ui/Confirm'
import { toast } from '@/ui/toast'

export function RevokeToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const revoke = useRevokeToken()
  const onConfirm = () =>
    revoke.mutate(token.id, {
      onSuccess: () => {
        onClose()
        toast.success(t('tokens.revoked'))
      },
    })
  return (
    <Confirm
      danger
      title={t('tokens.revokeTitle', { name: token.name })}
      confirm={t('tokens.revoke')}
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{t('tokens.revokeText')}</p>
    </Confirm>
  )
}
