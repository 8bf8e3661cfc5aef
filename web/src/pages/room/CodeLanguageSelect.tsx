import { useTranslation } from 'react-i18next'
import { pathInLanguage } from '@/room/fileNames'
import { hasFileNames, hasPermission } from '@/room/store'
import { codeLanguageLabel } from '@/ui/codeLanguage'
import { SelectField } from '@/ui/Field'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

export function CodeLanguageSelect() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const language = useRoomSnapshot((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages)
  const enabled = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'language') && snapshot.connection === 'live')
  // The language follows from the name of the entry, if the files have names.
  const entry = useRoomSnapshot((snapshot) => (hasFileNames(snapshot) ? snapshot.files.files.find(({ doc }) => doc === snapshot.files.entry) : undefined))
  const handleChange = (id: string) => (entry?.path ? session.renameFile(entry.doc, pathInLanguage(entry.path, id)) : session.setLanguage(id))
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
        onChange={handleChange}
      />
    </div>
  )
}
