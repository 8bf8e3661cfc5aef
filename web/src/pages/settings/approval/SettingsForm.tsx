import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { approvalTemplateQuery, useSetApprovalSettings } from '@/api/approvals'
import type { ApprovalControl, ApprovalFieldInput, ApprovalSettings, ApprovalSettingsInput, ApprovalTemplate, ProblemField } from '@/api/types'
import { MemberPicker } from '@/pages/positions/MemberPicker'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField, TextField } from '@/ui/Field'
import { Person } from '@/ui/Person'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Note, QueryContent } from '@/ui/feedback'
import { CloseIcon } from '@/ui/icons'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'
import { suggestFields, valueOf, withValue, type ApprovalSource } from './values'

const RELATIONS: ApprovalSettingsInput['relation'][] = ['all', 'any', 'sequential']

function toInput({ enabled, required, holdsMail, templateId, fields, approvers, relation, version }: ApprovalSettings): ApprovalSettingsInput {
  return { enabled, required, holdsMail, templateId, fields, approvers, relation, version }
}

interface FormProps {
  settings: ApprovalSettings
  readOnly: boolean
}

export function SettingsForm({ settings, readOnly }: FormProps) {
  const { t } = useTranslation('admin')
  const { input, set, problem, props } = useEditForm({
    initialInput: () => toInput(settings),
    save: useSetApprovalSettings(),
    required: [],
    version: settings.version,
    toInput,
    onSaved: () => toast.success(t('approval.saved')),
    onClose: () => {},
  })
  const fields = (
    <>
      <Switch name="enabled" checked={input.enabled} disabled={readOnly} onChange={(enabled) => set({ enabled })} />
      {input.enabled && (
        <>
          <Switch name="required" checked={input.required} disabled={readOnly} onChange={(required) => set({ required })} />
          <Switch name="holdsMail" checked={input.holdsMail} disabled={readOnly} onChange={(holdsMail) => set({ holdsMail })} />
          {readOnly ? <p>{t('approval.uses', { name: settings.templateName })}</p> : <TemplateFields stored={settings.templateId} input={input} set={set} problem={problem} />}
          <Approvers settings={settings} readOnly={readOnly} input={input} set={set} problem={problem('approvers')} />
        </>
      )}
    </>
  )
  if (readOnly) return <div className="hm-stack">{fields}</div>
  return (
    <CardForm {...props} fieldPaths={['templateId', 'approvers']}>
      {fields}
    </CardForm>
  )
}

interface SwitchProps {
  name: 'enabled' | 'required' | 'holdsMail'
  checked: boolean
  disabled: boolean
  onChange: (checked: boolean) => void
}

function Switch({ name, checked, disabled, onChange }: SwitchProps) {
  const { t } = useTranslation('admin')
  return (
    <div className="hm-field">
      <Checkbox checked={checked} disabled={disabled} onChange={onChange}>
        {t(`approval.${name}`)}
      </Checkbox>
      <div className="hm-field__hint">{t(`approval.${name}Hint`)}</div>
    </div>
  )
}

interface PartProps {
  input: ApprovalSettingsInput
  set: (change: Partial<ApprovalSettingsInput>) => void
}

interface TemplateProps extends PartProps {
  /** The template in the stored settings. */
  stored: string
  problem: (name: keyof ApprovalSettingsInput & string) => ProblemField | undefined
}

/** The id of the template, and what each of its controls gets. */
function TemplateFields({ stored, input, set, problem }: TemplateProps) {
  const { t } = useTranslation('admin')
  const [shown, setShown] = useState(stored)
  const template = useQuery({ ...approvalTemplateQuery(shown), enabled: shown !== '' })
  const [suggestedFor, setSuggestedFor] = useState(stored)
  if (template.data && suggestedFor !== shown) {
    setSuggestedFor(shown)
    set({ fields: suggestFields(template.data, input.fields) })
  }
  function read() {
    const id = input.templateId.trim()
    set({ templateId: id })
    if (id === shown) void template.refetch()
    else setShown(id)
  }
  return (
    <>
      <div className="hm-approval-template">
        <TextField label={t('approval.templateId')} hint={t('approval.templateIdHint')} value={input.templateId} problem={problem('templateId')} onChange={(templateId) => set({ templateId })} />
        <Button disabled={!input.templateId.trim()} loading={template.isFetching} onClick={read}>
          {t('approval.read')}
        </Button>
      </div>
      {shown !== '' && shown === input.templateId.trim() && (
        <QueryContent query={template} lines={4}>
          {(loaded) => <Controls template={loaded} fields={input.fields} onChange={(fields) => set({ fields })} />}
        </QueryContent>
      )}
    </>
  )
}

function Controls({ template, fields, onChange }: { template: ApprovalTemplate; fields: ApprovalFieldInput[]; onChange: (fields: ApprovalFieldInput[]) => void }) {
  const { t } = useTranslation('admin')
  const fillable = template.controls.filter(({ sources }) => sources.length > 0)
  const others = template.controls.filter(({ sources, kind }) => sources.length === 0 && kind !== 'Tips')
  const blocking = others.filter(({ required }) => required)
  const titles = (controls: ApprovalControl[]) => controls.map(({ title }) => title).join(t('approval.separator'))
  return (
    <fieldset className="hm-fieldset">
      <legend className="hm-strong">{t('approval.controls', { name: template.name })}</legend>
      <div className="hm-stack">
        <p className="hm-small hm-muted">{t('approval.controlsHint')}</p>
        {blocking.length > 0 && <Note tone="error">{t('approval.unsupported', { names: titles(blocking) })}</Note>}
        <div className="hm-approval-controls">
          {fillable.map((control) => (
            <SelectField
              key={control.id}
              label={control.required ? t('approval.requiredControl', { title: control.title }) : control.title}
              value={valueOf(fields, control.id)}
              options={optionsOf(control, (source) => t(`approval.sources.${source}`), t('approval.nothing'))}
              onChange={(value) => onChange(withValue(fields, control.id, value))}
            />
          ))}
        </div>
        {others.length > blocking.length && <p className="hm-small hm-muted">{t('approval.leftOut', { names: titles(others.filter(({ required }) => !required)) })}</p>}
      </div>
    </fieldset>
  )
}

function optionsOf({ sources, options }: ApprovalControl, label: (source: Exclude<ApprovalSource, 'option'>) => string, none: string): { value: string; label: string }[] {
  const values = sources.flatMap((source) =>
    source === 'option' ? options.map(({ key, title }) => ({ value: `option:${key}`, label: title })) : [{ value: source, label: label(source as Exclude<ApprovalSource, 'option'>) }],
  )
  return [{ value: '', label: none }, ...values]
}

interface ApproversProps extends PartProps {
  settings: ApprovalSettings
  readOnly: boolean
  problem: ProblemField | undefined
}

function Approvers({ settings, readOnly, input, set, problem }: ApproversProps) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const [own, setOwn] = useState(input.approvers.length > 0)
  const [known, setKnown] = useState(() => new Map(settings.people.map((one) => [one.userId, one])))
  const { approvers, relation } = input
  return (
    <fieldset className="hm-fieldset">
      <legend className="hm-strong">{t('approval.approvers')}</legend>
      <div className="hm-stack">
        <div>
          <SegmentedControl
            label={t('approval.approvers')}
            value={own ? 'own' : 'template'}
            disabled={readOnly}
            options={[{ value: 'template', label: t('approval.byTemplate') }, { value: 'own', label: t('approval.byMembers') }]}
            onChange={(mode) => {
              setOwn(mode === 'own')
              if (mode === 'template') set({ approvers: [] })
            }}
          />
        </div>
        {!own && <p className="hm-small hm-muted">{t('approval.byTemplateHint')}</p>}
        {own && !readOnly && (
          <MemberPicker
            label={t('approval.addApprover')}
            placeholder={t('approval.addApproverHint')}
            chosen={approvers}
            problem={problem}
            onAdd={(member) => {
              setKnown((before) => new Map(before).set(member.userId, member))
              set({ approvers: [...approvers, member.userId] })
            }}
          />
        )}
        {own && approvers.length > 0 && (
          <ul className="hm-approval-people" aria-label={t('approval.approvers')}>
            {approvers.map((userId) => {
              const { name, avatar } = known.get(userId) ?? { name: userId }
              return (
                <li key={userId}>
                  <Person name={name} avatar={avatar} />
                  {!readOnly && (
                    <button type="button" className="hm-icon-button" aria-label={tCommon('common.remove', { name })} onClick={() => set({ approvers: approvers.filter((id) => id !== userId) })}>
                      <CloseIcon />
                    </button>
                  )}
                </li>
              )
            })}
          </ul>
        )}
        {own && approvers.length > 1 && (
          <SelectField
            label={t('approval.relation')}
            value={relation}
            disabled={readOnly}
            options={RELATIONS.map((value) => ({ value, label: t(`approval.relations.${value}`) }))}
            onChange={(chosen) => set({ relation: chosen })}
          />
        )}
      </div>
    </fieldset>
  )
}
