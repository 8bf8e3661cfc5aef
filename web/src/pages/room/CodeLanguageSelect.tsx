import { useTranslation } from 'react-i18next'
import { hasPermission } from '@/room/store'
import { codeLanguageLabel } from '@/ui/codeLanguage'
import { SelectField } from '@/ui/Field'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

export function CodeLanguageSelect() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const language = useRoomSnapshot((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages)
  const enabled = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'language') && snapshot.connection === 'live')
  const options = (languages ?? []).map((one) => ({ value: one.id, label: codeLanguageLabel(one) }))
  if (!options.some(({ value }) => value === language)) options.unshift({ value: language, label: language })
  return (
    <div className="room-language">
      <SelectField
        hideLabel
        label={t('bar.language')}
        value={language}
        options={options}
        disabled={!enabled}
        onChange={(id) => session.setLanguage(id)}
      />
    </div>
  )
}
