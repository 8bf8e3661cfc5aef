// Names of files: the language that follows from a name, and which names are valid. The server has the same
// rules (internal/room/filelist); both are tested with testdata/file-languages.json.

interface FileLanguage {
  id: string
  /** name of a file without one of its own */
  defaultPath: string
  extensions: string[]
}

const languages: FileLanguage[] = [
  { id: 'python', defaultPath: 'main.py', extensions: ['.py'] },
  { id: 'javascript', defaultPath: 'main.js', extensions: ['.js', '.mjs', '.cjs'] },
  { id: 'typescript', defaultPath: 'main.ts', extensions: ['.ts', '.mts', '.cts'] },
  { id: 'go', defaultPath: 'main.go', extensions: ['.go'] },
  { id: 'java', defaultPath: 'Main.java', extensions: ['.java'] },
  { id: 'c', defaultPath: 'main.c', extensions: ['.c'] },
  { id: 'cpp', defaultPath: 'main.cpp', extensions: ['.cpp', '.cc', '.cxx'] },
  { id: 'rust', defaultPath: 'main.rs', extensions: ['.rs'] },
  { id: 'ruby', defaultPath: 'main.rb', extensions: ['.rb'] },
  { id: 'php', defaultPath: 'main.php', extensions: ['.php'] },
  { id: 'perl', defaultPath: 'main.pl', extensions: ['.pl', '.pm'] },
  { id: 'bash', defaultPath: 'main.sh', extensions: ['.sh', '.bash'] },
  { id: 'html', defaultPath: 'index.html', extensions: ['.html', '.htm'] },
]

/** Extensions of files that do not run and have the grammar of a language. */
const grammarsByExtension: Record<string, string> = { '.h': 'cpp', '.hpp': 'cpp', '.hh': 'cpp', '.css': 'css', '.svg': 'html', '.json': 'javascript' }

export const MAX_PATH_BYTES = 200
const MAX_FOLDERS = 8
const INVALID_CHARACTER = /[\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/u

export type PathProblem = 'file.path' | 'file.path_length' | 'file.character'

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function extensionOf(path: string): string {
  const name = baseName(path)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot).toLowerCase()
}

/** The language in which a file can be run; '' for a name from which none follows. */
export function languageOfPath(path: string): string {
  const extension = extensionOf(path)
  return languages.find(({ extensions }) => extensions.includes(extension))?.id ?? ''
}

/** The language whose grammar a file has. */
export function grammarOfPath(path: string): string {
  return languageOfPath(path) || (grammarsByExtension[extensionOf(path)] ?? '')
}

export function defaultPath(language: string): string {
  return languages.find(({ id }) => id === language)?.defaultPath ?? 'main.txt'
}

/** The path with the extension of another language. */
export function pathInLanguage(path: string, language: string): string {
  const extension = languages.find(({ id }) => id === language)?.extensions[0] ?? ''
  const stem = extensionOf(path) ? path.slice(0, path.lastIndexOf('.')) : path
  return stem + extension
}

/** Why a path is not valid; undefined for a valid one in Unicode's normal form C. */
export function checkPath(path: string): PathProblem | undefined {
  const parts = path.split('/')
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES || parts.length > MAX_FOLDERS + 1) return 'file.path_length'
  if (path.normalize('NFC') !== path || INVALID_CHARACTER.test(path)) return 'file.character'
  return parts.every((part) => part !== '' && part.trim() === part && !part.endsWith('.')) ? undefined : 'file.path'
}

/** What names have in common that differ in upper and lower case only. */
export function foldName(path: string): string {
  return path.toLowerCase()
}
