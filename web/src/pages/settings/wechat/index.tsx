import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { customerServiceAccountsQuery, customerServiceSettingsQuery, useSetCustomerServiceSettings } from '@/api/customerService'
import type { CustomerServiceSettings, CustomerServiceSettingsInput } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField, TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'

/** The account by which candidates ask questions in WeChat. */
export default function WeChatTab() {
  const { t } = useTranslation('admin')
  const settings = useQuery(customerServiceSettingsQuery)
  const readOnly = !hasAct(useSession(), 'edit_settings')
  return (
    <Card title={t('wechat.title')}>
      <div className="hm-stack">
        <p className="hm-muted">{t('wechat.about')}</p>
        <QueryContent query={settings} lines={4}>
          {(loaded) => (
            <>
              <StateNote settings={loaded} />
              <SettingsForm settings={loaded} readOnly={readOnly} />
            </>
          )}
        </QueryContent>
        <details>
          <summary>{t('wechat.setup')}</summary>
          <ol>
            {(['account', 'application', 'grant', 'callback', 'choose'] as const).map((step) => (
              <li key={step}>{t(`wechat.steps.${step}`)}</li>
            ))}
          </ol>
        </details>
      </div>
    </Card>
  )
}

function StateNote({ settings }: { settings: CustomerServiceSettings }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  if (!settings.enabled) return null
  if (settings.failure) return <Note tone="warning">{settings.failure}</Note>
  return <Note tone="success">{settings.readAt ? t('wechat.works', { name: settings.accountName, time: formatDateTime(settings.readAt, zone) }) : t('wechat.waits', { name: settings.accountName })}</Note>
}

function toInput({ enabled, openKfId, version }: CustomerServiceSettings): CustomerServiceSettingsInput {
  return { enabled, openKfId, version }
}

function SettingsForm({ settings, readOnly }: { settings: CustomerServiceSettings; readOnly: boolean }) {
  const { t } = useTranslation('admin')
  const { input, set, problem, props } = useEditForm({
    initialInput: () => toInput(settings),
    save: useSetCustomerServiceSettings(),
    required: [],
    version: settings.version,
    toInput,
    onSaved: () => toast.success(t('wechat.saved')),
    onClose: () => {},
  })
  const fields = (
    <>
      <div className="hm-field">
        <Checkbox checked={input.enabled} disabled={readOnly} onChange={(enabled) => set({ enabled })}>
          {t('wechat.enabled')}
        </Checkbox>
        <div className="hm-field__hint">{t('wechat.enabledHint')}</div>
      </div>
      {input.enabled && !readOnly && <AccountField value={input.openKfId} problem={problem('openKfId')} onChange={(openKfId) => set({ openKfId })} />}
    </>
  )
  if (readOnly) return <div className="hm-stack">{fields}</div>
  return (
    <CardForm {...props} fieldPaths={['openKfId']}>
      {fields}
    </CardForm>
  )
}

interface AccountProps {
  value: string
  problem: Parameters<typeof TextField>[0]['problem']
  onChange: (value: string) => void
}

/** A choice of the accounts in WeCom, or the id if WeCom does not list them. */
function AccountField({ value, problem, onChange }: AccountProps) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const accounts = useQuery(customerServiceAccountsQuery)
  const items = accounts.data?.items ?? []
  if (items.length > 0) {
    const options = items.map(({ openKfId, name, granted }) => ({ value: openKfId, label: granted ? name : t('wechat.notGranted', { name }) }))
    if (!items.some(({ openKfId }) => openKfId === value)) options.unshift({ value, label: value || t('wechat.choose') })
    return <SelectField label={t('wechat.account')} value={value} options={options} problem={problem} onChange={onChange} />
  }
  return (
    <>
      <TextField label={t('wechat.accountId')} hint={t('wechat.accountIdHint')} value={value} problem={problem} onChange={onChange} />
      {accounts.error && <Note tone="warning">{errorText(accounts.error)}</Note>}
    </>
  )
}
