import { useTranslation } from 'react-i18next'
import type { NewToken } from '@/api/tokens'
import { Button } from '@/ui/Button'
import { copyToClipboard } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
import { Note } from '@/ui/feedback'

/** Shows the token's secret. The server returns it only once. */
export function NewTokenDialog({ newToken, onClose }: { newToken: NewToken; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const footer = (
    <>
      <Button onClick={onClose}>{t('tokens.done')}</Button>
      <Button theme="primary" onClick={() => void copyToClipboard(newToken.secret, tCommon)}>
        {t('tokens.copy')}
      </Button>
    </>
  )
  return (
    <Modal persistent ignoreEscape title={t('tokens.created', { name: newToken.token.name })} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        <Note tone="warning">{t('tokens.once')}</Note>
        <TextField readOnly label={t('tokens.token')} value={newToken.secret} onFocus={(event) => event.target.select()} onChange={() => {}} />
      </div>
    </Modal>
  )
}
