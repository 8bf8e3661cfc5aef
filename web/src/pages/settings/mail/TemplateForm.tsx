import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaveMailTemplate } from '@/api/mailTemplates'
import type { MailTemplate, MailTemplateInput, MailText } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { currentLanguage, languageFields, languages } from '@/i18n/language'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'
import { History } from './History'
import { TextFields } from './TextFields'

const FIELD_PATHS = Object.values(languageFields).flatMap((name) => [`${name}.subject`, `${name}.body`])

function toInput({ zh, en, ja, version }: MailTemplate): MailTemplateInput {
  return { zh, en, ja, version }
}

/** The texts of one mail, one language at a time, beside a preview. */
export function TemplateForm({ stored, readOnly, onDirtyChange }: { stored: MailTemplate; readOnly: boolean; onDirtyChange: (dirty: boolean) => void }) {
  const { t } = useTranslation('admin')
  const save = useSaveMailTemplate(stored.kind)
  const [language, setLanguage] = useState(currentLanguage())
  const { input, set, problemAt, props } = useEditForm({
    initialInput: () => toInput(stored),
    save,
    required: [],
    version: stored.version,
    toInput,
    onSaved: () => toast.success(t('mail.saved')),
    onClose: () => {},
  })
  const { dirty } = props
  useEffect(() => onDirtyChange(dirty), [dirty, onDirtyChange])
  const name = languageFields[language]
  const text = input[name]
  const setText = (change: Partial<MailText>) => set({ [name]: { ...text, ...change } })
  const fields = (
    <>
      <div>
        <SegmentedControl label={t('mail.language')} value={language} options={languages.map(({ id, name: label }) => ({ value: id, label }))} onChange={setLanguage} />
        <p className="hm-field__hint">{t('mail.languageHint')}</p>
      </div>
      <TextFields
        key={language}
        stored={stored}
        language={language}
        text={text}
        readOnly={readOnly}
        problem={{ subject: problemAt(`${name}.subject`), body: problemAt(`${name}.body`) }}
        onChange={setText}
      />
      {!readOnly && (
        <div>
          <Button onClick={() => setText(stored.default[name])}>{t('mail.useDefault')}</Button>
        </div>
      )}
      <VersionLine stored={stored} />
      <History
        kind={stored.kind}
        version={stored.version}
        onLoad={readOnly ? undefined : ({ zh, en, ja }) => {
          set({ zh, en, ja })
          toast.success(t('mail.loaded'))
        }}
      />
    </>
  )
  if (readOnly) return <div className="hm-stack">{fields}</div>
  return (
    <CardForm {...props} fieldPaths={FIELD_PATHS}>
      {fields}
    </CardForm>
  )
}

function VersionLine({ stored: { version, savedBy, savedAt } }: { stored: MailTemplate }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  return (
    <p className="hm-small hm-muted">
      {savedBy && savedAt ? t('mail.savedBy', { version, name: savedBy.name, time: formatDateTime(savedAt, zone) }) : t('mail.isDefault')}
    </p>
  )
}
