import { useTranslation } from 'react-i18next'
import type { Token } from '@/api/tokens'
import { useRevokeToken } from '@/api/tokens'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { toast } from '@/ui/toast'

export function RevokeTokenDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const revoke = useRevokeToken()
  const handleConfirm = () =>
    revoke.mutate(token.id, {
      onSuccess: () => {
        onClose()
        toast.success(t('tokens.revoked'))
      },
    })
  return (
    <ConfirmDialog
      danger
      title={t('tokens.revokeTitle', { name: token.name })}
      confirmLabel={t('tokens.revoke')}
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={handleConfirm}
      onClose={onClose}
    >
      <p>{t('tokens.revokeText')}</p>
    </ConfirmDialog>
  )
}
