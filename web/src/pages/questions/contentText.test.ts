import { expect, it } from 'vitest'
import { diffContent, type QuestionContent } from './contentText'

const content: QuestionContent = {
  title: '两数之和', body: '第一行\n第二行', difficulty: 'easy', tags: ['数组'], starterCode: [], solutions: [], hints: [], followUps: [], tests: { cases: [] },
}

it('compares the fields that differ, line by line', () => {
  const after = { ...content, body: '第一行\n改过的一行', expectedMinutes: 30, starterCode: [{ language: 'go', code: 'package main\n' }] }
  expect(diffContent(content, after)).toEqual([
    { field: 'body', lines: [{ kind: 'same', text: '第一行' }, { kind: 'removed', text: '第二行' }, { kind: 'added', text: '改过的一行' }] },
    { field: 'expectedMinutes', lines: [{ kind: 'added', text: '30' }] },
    { field: 'starterCode', lines: [{ kind: 'added', text: 'go:' }, { kind: 'added', text: 'package main' }] },
  ])
})

it('has no differences of equal content', () => {
  expect(diffContent(content, { ...content, interviewerNotes: '' })).toEqual([])
})
