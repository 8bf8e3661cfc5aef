import { useTranslation } from 'react-i18next'
import { usePreference } from '@/preferences/preference'
import { themePreference } from '@/preferences/theme'
import { SelectField } from '@/ui/Field'

export function ThemeSelect({ bare }: { bare?: boolean }) {
  const { t } = useTranslation()
  return (
    <SelectField
      label={t('nav.theme')}
      hideLabel={bare}
      value={usePreference(themePreference)}
      options={themePreference.values.map((value) => ({ value, label: t(`theme.${value}`) }))}
      onChange={(theme) => themePreference.set(theme)}
    />
  )
}
