import { expect, test } from 'vitest'
import en from '@/i18n/admin/en.json'
import ja from '@/i18n/admin/ja.json'
import zh from '@/i18n/admin/zh-CN.json'
import { actionKey, actions, groups } from './actions'

test.each([
  ['zh', zh],
  ['en', en],
  ['ja', ja],
])('every known action has a text in %s and no text is left over', (_, { audit }) => {
  const texts = Object.fromEntries(Object.entries(audit.actions).map(([group, verbs]) => [group, Object.keys(verbs)]))
  expect(texts).toEqual(actions)
  expect(Object.keys(audit.groups)).toEqual(groups)
})

test('an unknown action has no text', () => {
  expect(actionKey('interview.cancel')).toBe('audit.actions.interview.cancel')
  for (const action of ['interview.unheard', 'other.create', 'toString.length', 'interview', '']) expect(actionKey(action)).toBeUndefined()
})
