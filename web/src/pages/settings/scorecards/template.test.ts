// @vitest-environment jsdom

import { beforeAll, expect, it } from 'vitest'
import i18next from 'i18next'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { diffTexts } from '@/ui/diffTexts'
import { move, newCriterion, textIn, toCriterion, toDraft, versionText, withKind } from './template'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
  await loadNamespace('admin')
})

it('moves an element to a place before or after its own', () => {
  expect(move(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
  expect(move(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b'])
})

it('falls back to a language that has a text', () => {
  expect(textIn({ ja: '設計' }, 'en')).toBe('設計')
  expect(textIn({ zh: '设计', en: '' }, 'en')).toBe('设计')
  expect(textIn(undefined, 'en')).toBe('')
})

it('gives new criteria distinct ids, and each kind the options that it needs', () => {
  const [first, second] = [newCriterion(), newCriterion()]
  expect(first.id).not.toBe(second.id)
  expect(withKind(first, 'choice')).toMatchObject({ id: first.id, scale: 0, weight: 0, options: [{ text: {} }, { text: {} }], required: true })
  expect(withKind(first, 'checklist')).toMatchObject({ options: [{ text: {} }], required: false })
  expect(withKind(withKind(first, 'choice'), 'score')).toMatchObject({ scale: 4, weight: 1, options: [] })
})

it('keeps the keys of stored criteria as their ids, and a weight of 0', () => {
  const draft = toDraft({ id: 't', version: 3, archived: false, isDefault: false, title: { en: 'Design' }, criteria: [{ key: 'k', title: { en: 'Depth' }, hint: {}, kind: 'score', required: true, scale: 5 }] })
  expect(draft).toMatchObject({ version: 3, criteria: [{ id: 'k', key: 'k', weight: 0 }] })
})

it('shows a criterion in the language of the form', () => {
  const criterion = { ...withKind(newCriterion(), 'choice'), title: { zh: '职级', en: 'Level' }, options: [{ key: 'o', text: { zh: '初级' } }, { text: { en: 'Senior' } }] }
  expect(toCriterion(criterion, 'en')).toMatchObject({ key: criterion.id, title: 'Level', kind: 'choice', options: [{ key: 'o', text: '初级' }, { key: '1', text: 'Senior' }] })
})

it('compares versions line by line', () => {
  const text = (title: string, weight: number) =>
    versionText(i18next.getFixedT(null, 'admin'), { title, criteria: [{ key: 'a', title: '深度', kind: 'score', required: true, scale: 5, weight, anchors: ['无', ''] }] })
  expect(text('设计', 1)).toBe('设计\n\n深度 · 打分 · 必填\n  1–5 分，权重 1\n  1 无\n')
  expect(diffTexts(text('设计', 1), text('设计', 2)).filter(({ kind }) => kind !== 'same').map(({ kind, text: line }) => `${kind}${line}`)).toEqual([
    'removed  1–5 分，权重 1', 'added  1–5 分，权重 2',
  ])
})
