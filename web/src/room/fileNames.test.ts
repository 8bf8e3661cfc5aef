import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkPath, defaultPath, grammarOfPath, languageOfPath, pathInLanguage } from './fileNames'

interface SharedTable {
  languages: Record<string, string>
  defaults: Record<string, string>
  paths: Record<string, string>
}

const table = JSON.parse(readFileSync(join(import.meta.dirname, '../../../testdata/file-languages.json'), 'utf8')) as SharedTable

it('has the same rules as the server', () => {
  for (const [path, language] of Object.entries(table.languages)) expect([path, languageOfPath(path)]).toEqual([path, language])
  for (const [language, path] of Object.entries(table.defaults)) expect([language, defaultPath(language)]).toEqual([language, path])
  for (const [path, code] of Object.entries(table.paths)) expect([path, checkPath(path) ?? '']).toEqual([path, code])
  expect(checkPath('题'.repeat(66))).toBeUndefined()
  expect(checkPath('题'.repeat(67))).toBe('file.path_length')
})

it('changes the extension of a name with the language', () => {
  expect(pathInLanguage('src/app.py', 'go')).toBe('src/app.go')
  expect(pathInLanguage('v1.2/app', 'python')).toBe('v1.2/app.py')
  expect(grammarOfPath('lib/util.h')).toBe('cpp')
})
