import { useTranslation } from 'react-i18next'
import { may } from '@/room/store'
import { SelectField } from '@/ui/Field'
import { useHere, useRoom } from './context'

export function LanguageChoice() {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const language = useRoom((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoom((snapshot) => snapshot.room?.languages)
  const allowed = useRoom((snapshot) => may(snapshot, 'language') && snapshot.connection === 'live')
  const options = (languages ?? []).map(({ id, name, version }) => ({ value: id, label: version ? `${name} ${version}` : name }))
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
