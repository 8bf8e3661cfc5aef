import { Preference } from './preference'

/** Whether the preview of a page follows the code. */
export const autoRefreshPreference = new Preference('huimian.preview.autoRefresh', ['on', 'off'], 'on')

/** Width of the page in CSS pixels; `fit` is that of the pane. */
export const previewWidthPreference = new Preference('huimian.preview.width', ['fit', '390', '768', '1280'], 'fit')
