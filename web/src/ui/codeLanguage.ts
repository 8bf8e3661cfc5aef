interface CodeLanguage {
  id: string
  name: string
  version?: string
}

/** Python 3.11: some names include the version, so that it is added only to the others. */
export function codeLanguageLabel({ name, version }: Omit<CodeLanguage, 'id'>): string {
  return version && !/\d/.test(name) ? `${name} ${version}` : name
}

/** The name of a language of the sandbox; the id of another one. */
export function codeLanguageName(languages: readonly CodeLanguage[], id: string): string {
  return languages.find((one) => one.id === id)?.name ?? id
}
