import { useTranslation } from 'react-i18next'
import type { NewToken } from '@/api/tokens'
import { Button } from '@/ui/Button'
import { copy } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
import { Note } from '@/ui/states'

/** The token's text, which is shown this once. */
export function MadeToken({ made, onClose }: { made: NewToken; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const footer = (
    <>
      <Button onClick={onClose}>{t('tokens.done')}</Button>
      <Button theme="primary" onClick={() => void copy(made.secret, common)}>
        {t('tokens.copy')}
      </Button>
    </>
  )
  return (
    <Modal keep title={t('tokens.made', { name: made.token.name })} onClose={onClose} footer={footer}>
      <div className="hm-stack">
        <Note tone="warning">{t('tokens.once')}</Note>
        <TextField readOnly label={t('tokens.token')} value={made.secret} onFocus={(event) => event.target.select()} onChange={() => {}} />
      </div>
    </Modal>
  )
}
