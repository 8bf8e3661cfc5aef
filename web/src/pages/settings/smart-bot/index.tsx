import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { limits } from '@/api/limits'
import { smartBotSettingsQuery, useSetSmartBotSettings } from '@/api/smartBot'
import type { SmartBotSettings, SmartBotSettingsInput } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Checkbox } from '@/ui/Checkbox'
import { Copyable } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { Note, QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'

/** The smart bot that members ask in WeCom. */
export default function SmartBotTab() {
  const { t } = useTranslation('admin')
  const settings = useQuery(smartBotSettingsQuery)
  const readOnly = !hasAct(useSession(), 'edit_settings')
  return (
    <Card title={t('smartBot.title')}>
      <div className="hm-stack">
        <p className="hm-muted">{t('smartBot.about')}</p>
        <QueryContent query={settings} lines={4}>
          {(loaded) => (
            <>
              <StateNote settings={loaded} />
              <div className="hm-field">
                <div>{t('smartBot.callbackUrl')}</div>
                <Copyable label={t('smartBot.callbackUrl')} text={loaded.callbackUrl} />
              </div>
              <SettingsForm settings={loaded} readOnly={readOnly} />
            </>
          )}
        </QueryContent>
        <details>
          <summary>{t('smartBot.setup')}</summary>
          <ol>
            {(['create', 'callback', 'save', 'verify', 'group'] as const).map((step) => (
              <li key={step}>{t(`smartBot.steps.${step}`)}</li>
            ))}
          </ol>
        </details>
      </div>
    </Card>
  )
}

function StateNote({ settings }: { settings: SmartBotSettings }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  if (!settings.enabled) return null
  if (!settings.receivedAt) return <Note tone="warning">{t('smartBot.waits')}</Note>
  return <Note tone="success">{t('smartBot.works', { time: formatDateTime(settings.receivedAt, zone) })}</Note>
}

/** Token and EncodingAESKey are not returned: empty fields keep what is stored. */
function toInput({ enabled, name, botId, version }: SmartBotSettings): SmartBotSettingsInput {
  return { enabled, name, botId, callbackToken: '', encodingAesKey: '', version }
}

function SettingsForm({ settings, readOnly }: { settings: SmartBotSettings; readOnly: boolean }) {
  const { t } = useTranslation('admin')
  const { input, set, problem, props } = useEditForm({
    initialInput: () => toInput(settings),
    save: useSetSmartBotSettings(),
    required: [],
    version: settings.version,
    toInput,
    onSaved: () => toast.success(t('smartBot.saved')),
    onClose: () => {},
  })
  const enabled = (
    <div className="hm-field">
      <Checkbox checked={input.enabled} disabled={readOnly} onChange={(next) => set({ enabled: next })}>
        {t('smartBot.enabled')}
      </Checkbox>
      <div className="hm-field__hint">{t('smartBot.enabledHint')}</div>
    </div>
  )
  if (readOnly) return enabled
  const secretHint = settings.hasSecrets ? t('smartBot.secretStored') : t('smartBot.secretHint')
  return (
    <CardForm {...props} fieldPaths={['callbackToken', 'encodingAesKey', 'name', 'botId']}>
      {enabled}
      <TextField label="Token" hint={secretHint} autoComplete="off" value={input.callbackToken} problem={problem('callbackToken')} onChange={(callbackToken) => set({ callbackToken })} />
      <TextField
        label="EncodingAESKey"
        hint={secretHint}
        type="password"
        autoComplete="off"
        value={input.encodingAesKey}
        problem={problem('encodingAesKey')}
        onChange={(encodingAesKey) => set({ encodingAesKey })}
      />
      <TextField label={t('smartBot.name')} hint={t('smartBot.nameHint')} limit={limits.SmartBotSettingsInput.name} value={input.name} problem={problem('name')} onChange={(name) => set({ name })} />
      <TextField label={t('smartBot.botId')} hint={t('smartBot.botIdHint')} limit={limits.SmartBotSettingsInput.botId} value={input.botId} problem={problem('botId')} onChange={(botId) => set({ botId })} />
    </CardForm>
  )
}
