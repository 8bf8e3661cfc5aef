import type { Language } from '@/api/types'

export const languages: { id: Language; name: string }[] = [
  { id: 'zh-CN', name: '简体中文' },
  { id: 'en', name: 'English' },
  { id: 'ja', name: '日本語' },
]

const storageKey = 'huimian.language'

let current: Language = 'zh-CN'

export function currentLanguage(): Language {
  return current
}

export function setCurrentLanguage(language: Language): void {
  current = language
  document.documentElement.lang = language
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Storage is unavailable: the language is kept in memory only.
  }
}

/** The best supported language for a preference list; Chinese when none matches. */
export function matchLanguage(preferred: readonly string[]): Language {
  for (const wish of preferred) {
    const primary = wish.toLowerCase().split('-')[0]
    const found = languages.find(({ id }) => id.toLowerCase().split('-')[0] === primary)
    if (found) return found.id
  }
  return 'zh-CN'
}

/** The language stored on this device, else the browser's preference. */
export function initialLanguage(): Language {
  let stored: string | null = null
  try {
    stored = localStorage.getItem(storageKey)
  } catch {
    // Storage is unavailable.
  }
  return matchLanguage(stored ? [stored] : navigator.languages)
}
