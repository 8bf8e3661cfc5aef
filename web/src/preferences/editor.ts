import { Preference } from './preference'

/** CSS pixels. On a phone the text has at least 16, below which it zooms in when typing begins. */
export const fontSizePreference = new Preference('huimian.editor.fontSize', ['12', '13', '14', '15', '16', '18', '20', '24'], '14')

export const keymapPreference = new Preference('huimian.editor.keymap', ['default', 'vim', 'emacs'], 'default')

export type KeymapId = ReturnType<typeof keymapPreference.get>
