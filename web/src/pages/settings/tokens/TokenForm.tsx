import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewToken, TokenInput } from '@/api/tokens'
import { useCreateToken } from '@/api/tokens'
import { limits } from '@/api/limits'
import { EditorModal } from '@/ui/EditorModal'
import { FieldProblem, SelectField, TextField } from '@/ui/Field'
import { CheckboxGroup } from '@/ui/CheckboxGroup'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { useEditForm } from '@/ui/useEditForm'
import { scopeTextId } from './scopeTextId'

const LIFETIMES = ['30', '90', '365', 'never'] as const
type Lifetime = (typeof LIFETIMES)[number]

interface Props {
  scopes: string[]
  canCreateCompanyToken: boolean
  onClose: () => void
  onCreated: (made: NewToken) => void
}

export function TokenForm({ scopes, canCreateCompanyToken, onClose, onCreated }: Props) {
  const { t } = useTranslation('admin')
  const [lifetime, setLifetime] = useState<Lifetime>('90')
  const editor = useEditForm<TokenInput, NewToken>({
    initialInput: () => ({ kind: 'personal', name: '', scopes: [] }),
    save: useCreateToken(),
    required: ['name', 'scopes'],
    toPayload: (input) => ({ ...input, expiresAt: lifetime === 'never' ? undefined : daysFromNow(Number(lifetime)) }),
    onSaved: onCreated,
    onClose,
  })
  const { input, set, problem } = editor
  const scopeProblem = problem('scopes')
  return (
    <EditorModal title={t('tokens.new')} fieldPaths={['name', 'scopes', 'expiresAt', 'kind']} {...editor.props}>
      {canCreateCompanyToken && (
        <div className="hm-stack hm-stack--tight">
          <div>
            <SegmentedControl
              label={t('tokens.whose')}
              value={input.kind}
              options={(['personal', 'company'] as const).map((kind) => ({ value: kind, label: t(`tokens.kind.${kind}`) }))}
              onChange={(kind) => set({ kind })}
            />
          </div>
          <p className="hm-small hm-muted">{t(`tokens.kindHint.${input.kind}`)}</p>
        </div>
      )}
      <TextField
        required
        label={t('tokens.name')}
        hint={t('tokens.nameHint')}
        value={input.name}
        limit={limits.TokenInput.name}
        problem={problem('name')}
        onChange={(name) => set({ name })}
      />
      <SelectField
        label={t('tokens.expires')}
        value={lifetime}
        options={LIFETIMES.map((value) => ({ value, label: t(`tokens.life.${value}`) }))}
        problem={problem('expiresAt')}
        onChange={setLifetime}
      />
      <CheckboxGroup
        label={t('tokens.scopes')}
        hint={t('tokens.scopesHint')}
        choices={scopes.map((scope) => ({ id: scope, label: `${t(scopeTextId(scope))}（${scope}）` }))}
        value={input.scopes}
        onChange={(chosen) => set({ scopes: chosen })}
      />
      {scopeProblem && <FieldProblem problem={scopeProblem} />}
    </EditorModal>
  )
}

function daysFromNow(days: number): string {
  const at = new Date()
  at.setDate(at.getDate() + days)
  return at.toISOString()
}
