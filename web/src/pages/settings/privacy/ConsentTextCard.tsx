import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { consentTextQuery, useSaveConsentText } from '@/api/consents'
import { limits } from '@/api/limits'
import type { ConsentText, ConsentTextInput } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { languageFields, languages } from '@/i18n/language'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { AreaField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'

const FIELD_PATHS = Object.values(languageFields)

/** The text that candidates accept before they enter a room, in each language. */
export function ConsentTextCard() {
  const { t } = useTranslation('admin')
  const text = useQuery(consentTextQuery)
  return (
    <Card title={t('consent.title')}>
      <QueryContent query={text} lines={6}>
        {(loaded) => <ConsentTextForm stored={loaded} />}
      </QueryContent>
    </Card>
  )
}

function toInput({ zh, en, ja, version }: ConsentText): ConsentTextInput {
  return { zh, en, ja, version }
}

function ConsentTextForm({ stored }: { stored: ConsentText }) {
  const { t } = useTranslation('admin')
  const save = useSaveConsentText()
  const { input, set, problem, props } = useEditForm({
    initialInput: () => toInput(stored),
    save,
    required: FIELD_PATHS,
    version: stored.version,
    toInput,
    onSaved: () => toast.success(t('consent.saved')),
    onClose: () => {},
  })
  return (
    <CardForm {...props} fieldPaths={FIELD_PATHS}>
      <p className="hm-muted">{t('consent.about')}</p>
      <div>
        <p>
          <VersionLine stored={stored} />
        </p>
        <p>{stored.keepsDays > 0 ? t('consent.keepsDays', { count: stored.keepsDays }) : t('consent.keepsForever')}</p>
      </div>
      {languages.map(({ id, name }) => (
        <div key={id}>
          <AreaField required lang={id} rows={10} label={name} limit={limits.ConsentTextInput[languageFields[id]]} value={input[languageFields[id]]} problem={problem(languageFields[id])} onChange={(value) => set({ [languageFields[id]]: value })} />
          <details>
            <summary>{t('consent.preview', { language: name })}</summary>
            <p className="hm-wrap hm-consent-preview" lang={id}>{input[languageFields[id]]}</p>
          </details>
        </div>
      ))}
      <div>
        <Button onClick={() => set(stored.default)}>{t('consent.useDefault')}</Button>
      </div>
    </CardForm>
  )
}

function VersionLine({ stored: { version, savedBy, savedAt } }: { stored: ConsentText }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  if (!savedBy) return t('consent.isDefault', { version })
  return t('consent.savedBy', { version, name: savedBy.name, time: formatDateTime(savedAt, zone) })
}
