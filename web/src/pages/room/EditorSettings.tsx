import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ThemeSelect } from '@/app/ThemeSelect'
import { fontSizePreference, keymapPreference } from '@/preferences/editor'
import { usePreference } from '@/preferences/preference'
import { SelectField } from '@/ui/Field'
import { SettingIcon } from '@/ui/icons'
import { Modal } from '@/ui/Modal'

/** The button that opens the settings of the editor, which this browser keeps. */
export function EditorSettings() {
  const { t } = useTranslation('room')
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="hm-icon-button" aria-haspopup="dialog" aria-label={t('editor.settings')} title={t('editor.settings')} onClick={() => setOpen(true)}>
        <SettingIcon />
      </button>
      {open && <EditorSettingsDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function EditorSettingsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('room')
  return (
    <Modal title={t('editor.settings')} onClose={onClose}>
      <div className="hm-stack">
        <SelectField
          label={t('editor.fontSize')}
          value={usePreference(fontSizePreference)}
          options={fontSizePreference.values.map((size) => ({ value: size, label: t('editor.pixels', { size }) }))}
          onChange={(size) => fontSizePreference.set(size)}
        />
        <SelectField
          label={t('editor.keymap')}
          value={usePreference(keymapPreference)}
          options={keymapPreference.values.map((id) => ({ value: id, label: t(`editor.keymap_${id}`) }))}
          onChange={(id) => keymapPreference.set(id)}
        />
        <ThemeSelect />
        <p className="hm-small hm-muted">{t('editor.settingsHint')}</p>
      </div>
    </Modal>
  )
}
