import { Preference } from './preference'

/** Whether terminals are readable by screen readers. Text that a keyboard inserts at once, such as emoji, is then not typed. */
export const screenReaderPreference = new Preference('huimian.terminal.screenReader', ['off', 'on'], 'off')
