import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewToken, TokenInput } from '@/api/tokens'
import { useCreateToken } from '@/api/tokens'
import { EditorModal } from '@/ui/EditorModal'
import { FieldProblem, SelectField, TextField } from '@/ui/Field'
import { PickMany } from '@/ui/PickMany'
import { Segmented } from '@/ui/Segmented'
import { useEditor } from '@/ui/useEditor'
import { scopeText } from './scopes'

const lives = ['30', '90', '365', 'never'] as const
type Life = (typeof lives)[number]

interface Props {
  scopes: string[]
  mayMakeCompany: boolean
  onClose: () => void
  onMade: (made: NewToken) => void
}

export function TokenForm({ scopes, mayMakeCompany, onClose, onMade }: Props) {
  const { t } = useTranslation('admin')
  const [life, setLife] = useState<Life>('90')
  const editor = useEditor<TokenInput, NewToken>({
    start: () => ({ kind: 'personal', name: '', scopes: [] }),
    save: useCreateToken(),
    required: ['name', 'scopes'],
    sent: (input) => ({ ...input, expiresAt: life === 'never' ? undefined : daysFromNow(Number(life)) }),
    onSaved: onMade,
    onClose,
  })
  const { input, set, problem } = editor
  const scopeProblem = problem('scopes')
  return (
    <EditorModal title={t('tokens.new')} shown={['name', 'scopes', 'expiresAt', 'kind']} {...editor.props}>
      {mayMakeCompany && (
        <div className="hm-stack hm-stack--tight">
          <div>
            <Segmented
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
        maxLength={100}
        value={input.name}
        problem={problem('name')}
        onChange={(name) => set({ name })}
      />
      <SelectField
        label={t('tokens.expires')}
        value={life}
        options={lives.map((value) => ({ value, label: t(`tokens.life.${value}`) }))}
        problem={problem('expiresAt')}
        onChange={setLife}
      />
      <PickMany
        label={t('tokens.scopes')}
        hint={t('tokens.scopesHint')}
        choices={scopes.map((scope) => ({ id: scope, label: `${t(scopeText(scope))}（${scope}）` }))}
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
