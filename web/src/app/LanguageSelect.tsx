import { useTranslation } from 'react-i18next'
import { useChangeLanguage } from '@/api/session'
import { currentLanguage, languages } from '@/i18n/language'
import { SelectField } from '@/ui/Field'

export function LanguageSelect({ bare }: { bare?: boolean }) {
  const { t } = useTranslation()
  const change = useChangeLanguage()
  return (
    <SelectField
      label={t('nav.language')}
      hideLabel={bare}
      value={currentLanguage()}
      options={languages.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(language) => change.mutate(language)}
    />
  )
}
