import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '@/api/types'
import { currentLanguage, initialLanguage, setCurrentLanguage } from './language'
import { markValue, spaceValues } from './spacing'

type Files = Record<string, () => Promise<{ default: object }>>

// One chunk per language and namespace.
const namespaces = {
  translation: { folder: './', files: import.meta.glob('./*.json') as Files },
  room: { folder: './room/', files: import.meta.glob('./room/*.json') as Files },
  replay: { folder: './replay/', files: import.meta.glob('./replay/*.json') as Files },
  loop: { folder: './loop/', files: import.meta.glob('./loop/*.json') as Files },
  exams: { folder: './exams/', files: import.meta.glob('./exams/*.json') as Files },
  files: { folder: './files/', files: import.meta.glob('./files/*.json') as Files },
  calendar: { folder: './calendar/', files: import.meta.glob('./calendar/*.json') as Files },
  calibration: { folder: './calibration/', files: import.meta.glob('./calibration/*.json') as Files },
  insight: { folder: './insight/', files: import.meta.glob('./insight/*.json') as Files },
  scorecards: { folder: './scorecards/', files: import.meta.glob('./scorecards/*.json') as Files },
  questions: { folder: './questions/', files: import.meta.glob('./questions/*.json') as Files },
  access: { folder: './access/', files: import.meta.glob('./access/*.json') as Files },
  approval: { folder: './approval/', files: import.meta.glob('./approval/*.json') as Files },
  history: { folder: './history/', files: import.meta.glob('./history/*.json') as Files },
  conversation: { folder: './conversation/', files: import.meta.glob('./conversation/*.json') as Files },
  resultMail: { folder: './resultMail/', files: import.meta.glob('./resultMail/*.json') as Files },
  signin: { folder: './signin/', files: import.meta.glob('./signin/*.json') as Files },
  admin: { folder: './admin/', files: import.meta.glob('./admin/*.json') as Files },
}

export type Namespace = keyof typeof namespaces

const activeNamespaces = new Set<Namespace>(['translation'])

async function loadTexts(language: Language, part: Namespace): Promise<void> {
  if (i18next.hasResourceBundle(language, part)) return
  const { folder, files } = namespaces[part]
  const texts = await files[`${folder}${language}.json`]?.()
  i18next.addResourceBundle(language, part, texts?.default ?? {})
}

/** Loads a namespace that not every page needs. */
export async function loadNamespace(part: Namespace): Promise<void> {
  activeNamespaces.add(part)
  await loadTexts(currentLanguage(), part)
}

const spacing = { type: 'postProcessor', name: 'spacing', process: spaceValues } as const

/** Loads a page together with the texts that only some pages need. */
export async function withTexts<T>(page: Promise<T>, ...parts: Namespace[]): Promise<T> {
  const [loaded] = await Promise.all([page, ...parts.map(loadNamespace)])
  return loaded
}

export async function initI18n(): Promise<void> {
  await i18next.use(initReactI18next).use(spacing).init({
    lng: initialLanguage(),
    resources: {},
    interpolation: { escape: markValue }, // React escapes
    postProcess: spacing.name,
    returnNull: false,
    showSupportNotice: false, // suppresses an advertisement in the console
    react: { useSuspense: false },
  })
  await changeLanguage(initialLanguage())
}

export async function changeLanguage(language: Language): Promise<void> {
  await Promise.all([...activeNamespaces].map((part) => loadTexts(language, part)))
  setCurrentLanguage(language)
  await i18next.changeLanguage(language)
}
