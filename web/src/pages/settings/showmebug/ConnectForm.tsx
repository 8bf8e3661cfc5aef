import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnectShowMeBug } from '@/api/showmebug'
import { unmatchedProblems } from '@/api/problem'
import { limits } from '@/api/limits'
import { Button } from '@/ui/Button'
import { Copyable } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'

interface Props {
  webhookUrl: string
  onDone: () => void
  onCancel?: () => void
}

const fieldPaths = ['clientId', 'clientSecret']

/** The team's key and secret. The server verifies them before it stores them. */
export function ConnectForm({ webhookUrl, onDone, onCancel }: Props) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const { input, set, problem, props } = useEditForm({
    initialInput: () => ({ clientId: '', clientSecret: '' }),
    save: useConnectShowMeBug(),
    required: ['clientId', 'clientSecret'],
    toPayload: ({ clientId, clientSecret }) => ({ clientId: clientId.trim(), clientSecret: clientSecret.trim() }),
    onSaved: () => toast.success(t('rooms.connectedToast')),
    onClose: onDone,
  })
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    props.onSave()
  }
  return (
    <form noValidate className="hm-stack" onSubmit={handleSubmit}>
      <ol className="hm-steps">
        <li>{t('rooms.step1')}</li>
        <li>
          {t('rooms.step2')} <Copyable label={t('rooms.webhook')} text={webhookUrl} />
        </li>
        <li>{t('rooms.step3')}</li>
      </ol>
      <div className="hm-grid">
        <TextField
          label={t('rooms.key')}
          required
          autoComplete="off"
          spellCheck={false}
          value={input.clientId}
          limit={limits.ShowMeBugInput.clientId}
          problem={problem('clientId')}
          onChange={(clientId) => set({ clientId })}
        />
        <TextField
          type="password"
          label={t('rooms.secret')}
          required
          autoComplete="new-password"
          hint={t('rooms.secretHint')}
          value={input.clientSecret}
          limit={limits.ShowMeBugInput.clientSecret}
          problem={problem('clientSecret')}
          onChange={(clientSecret) => set({ clientSecret })}
        />
      </div>
      {props.error ? <ConnectError error={props.error} /> : null}
      <div className="hm-row">
        <Button type="submit" theme="primary" loading={props.busy}>
          {t('rooms.connect')}
        </Button>
        {onCancel && <Button onClick={onCancel}>{tCommon('common.cancel')}</Button>}
      </div>
    </form>
  )
}

function ConnectError({ error }: { error: unknown }) {
  const errorText = useErrorText()
  return (
    <Note tone="error">
      {errorText(error)}
      {unmatchedProblems(error, fieldPaths).map(({ path, message }) => (
        <p key={path}>{message}</p>
      ))}
    </Note>
  )
}
