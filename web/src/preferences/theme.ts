import { Preference } from './preference'

export const themePreference = new Preference('huimian.theme', ['system', 'light', 'dark'], 'system')

/** Values of --td-bg-color-container, which a phone's browser shows around the page. */
const frameColors = { light: '#ffffff', dark: '#242424' }

/**
 * Sets the theme of the document, and again when the choice or the system's theme changes. TDesign reads
 * the attribute theme-mode. Pages that ShowMeBug frames stay light, like the page around them.
 */
export function applyTheme(path = location.pathname): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const theme = path.startsWith('/embed/') ? 'light' : resolveTheme(themePreference.get(), system.matches)
    document.documentElement.setAttribute('theme-mode', theme)
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', frameColors[theme])
  }
  themePreference.subscribe(apply)
  system.addEventListener('change', apply)
  apply()
}

function resolveTheme(choice: ReturnType<typeof themePreference.get>, systemIsDark: boolean): 'light' | 'dark' {
  if (choice !== 'system') return choice
  return systemIsDark ? 'dark' : 'light'
}
