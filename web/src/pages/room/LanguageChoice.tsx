import { useTranslation } from 'react-i18next'
import type { Language } from '@/room/protocol'
import { may } from '@/room/store'
import { SelectField } from '@/ui/Field'
import { useHere, useRoom } from './context'

// Some names tell the version themselves: Python 3.11, C++17.
function labelOf({ name, version }: Language): string {
  return version && !/\d/.test(name) ? `${name} ${version}` : name
}

export function LanguageChoice() {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const language = useRoom((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoom((snapshot) => snapshot.room?.languages)
  const allowed = useRoom((snapshot) => may(snapshot, 'language') && snapshot.connection === 'live')
  const options = (languages ?? []).map((one) => ({ value: one.id, label: labelOf(one) }))
  if (!options.some(({ value }) => value === language)) options.unshift({ value: language, label: language })
  return (
    <div className="room-language">
      <SelectField
        bare
        label={t('bar.language')}
        value={language}
        options={options}
        disabled={!allowed}
        onChange={(id) => session.chooseLanguage(id)}
      />
    </div>
  )
}
