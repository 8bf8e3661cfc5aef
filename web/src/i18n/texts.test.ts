import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = import.meta.dirname

type Texts = { [key: string]: string | Texts }

function readTexts(part: string, language: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (texts: Texts, path: string) => {
    for (const [key, value] of Object.entries(texts)) {
      if (typeof value === 'string') found.set(path + key, value)
      else walk(value, `${path}${key}.`)
    }
  }
  walk(JSON.parse(readFileSync(join(folder, part, `${language}.json`), 'utf8')) as Texts, '')
  return found
}

// English has plural forms, Chinese and Japanese do not.
const baseId = (key: string) => key.replace(/_(one|other)$/, '')
const textIds = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(baseId))].sort()
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()

describe.each(['.', 'room', 'replay', 'loop', 'insight', 'calibration', 'questions', 'scorecards', 'files', 'access', 'resultMail', 'approval', 'history', 'conversation', 'signin', 'admin'])('texts in %s', (part) => {
  const chinese = readTexts(part, 'zh-CN')

  it.each(['en', 'ja'])('%s has the same ids as Chinese', (language) => {
    expect(textIds(readTexts(part, language))).toEqual(textIds(chinese))
  })

  it.each(['en', 'ja'])('%s has the same placeholders', (language) => {
    for (const [key, text] of readTexts(part, language)) {
      const original = chinese.get(key) ?? chinese.get(`${baseId(key)}_other`) ?? ''
      expect({ key, blanks: placeholders(text) }).toEqual({ key, blanks: placeholders(original) })
    }
  })

  it.each(['zh-CN', 'en', 'ja'])('%s has no empty text', (language) => {
    expect([...readTexts(part, language)].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('has a singular for each counted noun', () => {
    const plural = [...readTexts(part, 'en')].filter(([key, text]) => /\{\{count\}\} [a-z]+s\b/.test(text) && !key.endsWith('_other'))
    expect(plural).toEqual([])
  })

  it('has an _other form for each _one form', () => {
    const english = readTexts(part, 'en')
    for (const key of english.keys()) {
      if (key.endsWith('_one')) expect(english.has(`${baseId(key)}_other`)).toBe(true)
    }
  })
})

describe('texts in use', () => {
  const sources = readdirSync(join(folder, '..'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => readFileSync(join(folder, '..', name), 'utf8'))
    .join('\n')

  // A text id appears literally, or as a template whose fixed prefix names a group.
  it.each(['.', 'files', 'access', 'admin'])('has no unused text in %s', (part) => {
    const written = new Set([...sources.matchAll(/['"`](?:[a-zA-Z]+:)?([a-zA-Z]+(?:\.[a-zA-Z_0-9]+)+)['"`]/g)].map(([, id]) => id))
    const families = [...sources.matchAll(/`(?:[a-zA-Z]+:)?([a-zA-Z]+(?:\.[a-zA-Z]+)*\.)\$\{/g)].map(([, prefix = '']) => prefix)
    const unused = textIds(readTexts(part, 'zh-CN')).filter((id) => !written.has(id) && !families.some((prefix) => id.startsWith(prefix)))
    expect(unused).toEqual([])
  })
})
