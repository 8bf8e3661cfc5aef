import { expect, it } from 'vitest'
import { codeLanguageLabel, codeLanguageName } from './codeLanguage'

it.each([
  ['Python 3.11', '3.11.2', 'Python 3.11'],
  ['C++17', '12.2', 'C++17'],
  ['Perl', '5.36.0', 'Perl 5.36.0'],
  ['Perl', undefined, 'Perl'],
])('codeLanguageLabel of %s, version %s, is %s', (name, version, label) => {
  expect(codeLanguageLabel({ name, version })).toBe(label)
})

it('codeLanguageName is the name of a language that the sandbox does not offer, and the id of an unknown one', () => {
  const languages = [{ id: 'python', name: 'Python 3.11' }]
  expect(['python', 'cpp', 'cobol'].map((id) => codeLanguageName(languages, id))).toEqual(['Python 3.11', 'C++', 'cobol'])
})
