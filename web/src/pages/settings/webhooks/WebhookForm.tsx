import { useTranslation } from 'react-i18next'
import type { NewWebhook, Webhook, WebhookInput } from '@/api/webhooks'
import { useCreateWebhook, useUpdateWebhook } from '@/api/webhooks'
import { limits } from '@/api/limits'
import { Button } from '@/ui/Button'
import { EditorModal } from '@/ui/EditorModal'
import { FieldProblem, TextField } from '@/ui/Field'
import { CheckboxGroup } from '@/ui/CheckboxGroup'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Note } from '@/ui/feedback'
import { useEditForm } from '@/ui/useEditForm'
import { eventTypeTextId } from './eventTypes'
import type { WebhookAction } from './webhookAction'

interface Props {
  webhook?: Webhook
  types: string[]
  onClose: () => void
  onCreated?: (made: NewWebhook) => void
  onAction?: (doing: Extract<WebhookAction, 'rotate' | 'delete'>) => void
}

function toWebhookInput(webhook?: Webhook): WebhookInput {
  if (!webhook) return { url: '', eventTypes: [], description: '', enabled: true }
  const { url, eventTypes, description, state } = webhook
  return { url, eventTypes, description: description ?? '', enabled: state === 'paused' ? undefined : state === 'enabled' }
}

export function WebhookForm({ webhook, types, onClose, onCreated, onAction }: Props) {
  const { t } = useTranslation('admin')
  const create = useCreateWebhook()
  const update = useUpdateWebhook(webhook?.id ?? '')
  const editor = useEditForm<WebhookInput, Webhook | NewWebhook>({
    initialInput: () => toWebhookInput(webhook),
    save: webhook ? update : create,
    required: ['url'],
    onSaved: (saved) => {
      if ('secret' in saved) onCreated?.(saved)
    },
    onClose,
    version: webhook?.version,
    toInput: toWebhookInput,
  })
  const { input, set, problem } = editor
  const typesProblem = problem('eventTypes')
  return (
    <EditorModal title={webhook ? t('webhooks.edit') : t('webhooks.new')} fieldPaths={['url', 'eventTypes', 'description']} {...editor.props}>
      {webhook?.state === 'paused' && <Note tone="warning">{t('webhooks.pausedNote')}</Note>}
      <TextField
        required
        type="url"
        inputMode="url"
        label={t('webhooks.url')}
        hint={t('webhooks.urlHint')}
        placeholder="https://"
        value={input.url}
        limit={limits.WebhookInput.url}
        problem={problem('url')}
        onChange={(url) => set({ url })}
      />
      <TextField
        label={t('webhooks.description')}
        value={input.description ?? ''}
        limit={limits.WebhookInput.description}
        problem={problem('description')}
        onChange={(description) => set({ description })}
      />
      <div>
        <SegmentedControl
          label={t('webhooks.state')}
          value={input.enabled === undefined ? '' : input.enabled ? 'enabled' : 'disabled'}
          options={(['enabled', 'disabled'] as const).map((state) => ({ value: state, label: t(`webhooks.states.${state}`) }))}
          onChange={(state) => set({ enabled: state === 'enabled' })}
        />
      </div>
      <CheckboxGroup
        label={t('webhooks.events')}
        hint={t('webhooks.eventsHint')}
        choices={types.map((type) => ({ id: type, label: t(eventTypeTextId(type)) }))}
        value={input.eventTypes ?? []}
        onChange={(eventTypes) => set({ eventTypes })}
      />
      {typesProblem && <FieldProblem problem={typesProblem} />}
      {onAction && (
        <div className="hm-row">
          <Button onClick={() => onAction('rotate')}>{t('webhooks.do.rotate')}</Button>
          <Button theme="danger" variant="text" onClick={() => onAction('delete')}>
            {t('webhooks.do.delete')}
          </Button>
        </div>
      )}
    </EditorModal>
  )
}
