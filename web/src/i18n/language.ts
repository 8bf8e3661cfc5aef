import type { Language } from '@/api/types'
import { readStored, writeStored } from '@/preferences/storage'

export const languages: { id: Language; name: string }[] = [
  { id: 'zh-CN', name: '简体中文' },
  { id: 'en', name: 'English' },
  { id: 'ja', name: '日本語' },
]

/** The names of the languages in the texts of the API that have a field for each language. */
export const languageFields = { 'zh-CN': 'zh', en: 'en', ja: 'ja' } as const

const storageKey = 'huimian.language'

let current: Language = 'zh-CN'

export function currentLanguage(): Language {
  return current
}

export function setCurrentLanguage(language: Language): void {
  current = language
  document.documentElement.lang = language
  writeStored(storageKey, language)
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
  const stored = readStored(storageKey)
  return matchLanguage(stored ? [stored] : navigator.languages)
}
