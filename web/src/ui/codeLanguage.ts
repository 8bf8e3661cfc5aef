interface CodeLanguage {
  id: string
  name: string
  version?: string
}

/** Python 3.11: some names include the version, so that it is added only to the others. */
export function codeLanguageLabel({ name, version }: Omit<CodeLanguage, 'id'>): string {
  return version && !/\d/.test(name) ? `${name} ${version}` : name
}

/** Names of languages that the sandbox does not offer at present. */
const names: Record<string, string> = {
  python: 'Python', javascript: 'JavaScript', typescript: 'TypeScript', java: 'Java', go: 'Go', rust: 'Rust', c: 'C', cpp: 'C++',
  ruby: 'Ruby', perl: 'Perl', lua: 'Lua', shell: 'Shell', tcl: 'Tcl',
  html: 'HTML', css: 'CSS',
}

/** The name of a language, as the sandbox names it if it offers the language; the id of an unknown one. */
export function codeLanguageName(languages: readonly CodeLanguage[], id: string): string {
  return languages.find((one) => one.id === id)?.name ?? names[id] ?? id
}
