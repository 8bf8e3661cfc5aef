// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { questionPagesQuery, questionQuery } from '@/api/catalog'
import type { Question, QuestionSummary, Role, Session } from '@/api/types'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import { newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import QuestionsPage from '.'
import './QuestionView' // loaded before the page requests it

beforeAll(async () => {
  stubDialogs()
  await initI18n()
  await loadNamespace('questions')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

const question: QuestionSummary = {
  id: 'q1', title: '两数之和', difficulty: 'easy', tags: [], languages: [], testCases: 0,
  createdAt: '2026-11-01T00:00:00Z', updatedAt: '2026-11-01T00:00:00Z', version: 1, attention: [],
}

function renderPage(role: Role, items: QuestionSummary[], whole?: Question) {
  const client = newQueryClient()
  const session = newSession('周航', role)
  session.features.sandbox = { state: 'ok', languages: [] } as unknown as Session['features']['sandbox']
  client.setQueryData(questionPagesQuery({}).queryKey, { pages: [{ items }], pageParams: [undefined] })
  if (whole) client.setQueryData(questionQuery(whole.id).queryKey, whole)
  render(
    <PageProviders session={session} client={client} path="/questions">
      <QuestionsPage />
    </PageProviders>,
  )
}

it('offers interviewers the questions of their interviews without changes', () => {
  renderPage('interviewer', [question])
  expect(screen.getByRole('button', { name: '两数之和' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: '新建题目' })).toBeNull()
  expect(screen.queryByRole('button', { name: '编辑' })).toBeNull()
  expect(screen.queryByRole('button', { name: '导入' })).toBeNull()
  expect(screen.queryByRole('button', { name: '添加内置题目' })).toBeNull()
  expect(screen.queryByRole('button', { name: '导出' })).toBeNull()
  expect(screen.queryByRole('checkbox')).toBeNull()
})

it('explains to interviewers that their interviews have no questions', () => {
  renderPage('interviewer', [])
  expect(screen.getByText('您的面试还没有题目')).toBeTruthy()
  expect(screen.queryByText('题库还是空的')).toBeNull()
})

it('names the languages of starter code', () => {
  renderPage('recruiter', [{ ...question, languages: ['python', 'cpp'] }])
  expect(screen.getByText('Python、C++')).toBeTruthy()
})

it('offers recruiters the question bank with changes', () => {
  renderPage('recruiter', [question])
  expect(screen.getByRole('button', { name: '新建题目' })).toBeTruthy()
  expect(screen.getByRole('button', { name: '编辑' })).toBeTruthy()
  expect(screen.getByRole('button', { name: '添加内置题目' })).toBeTruthy()
})

it('offers recruiters the library while the question bank is empty', () => {
  renderPage('recruiter', [])
  expect(screen.getAllByRole('button', { name: '添加内置题目' })).toHaveLength(2)
})

it('reads the whole question when it is opened', async () => {
  const { languages: _, testCases: __, ...rest } = question
  renderPage('interviewer', [question], { ...rest, body: '题面', interviewerNotes: '哈希表', starterCode: [], solutions: [], hints: [], followUps: [], tests: { cases: [] } })
  expect(screen.queryByText('哈希表')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: '两数之和' }))
  expect(await screen.findByText('哈希表')).toBeTruthy()
})

it('shows recruiters alone which questions need attention', () => {
  const weak: QuestionSummary = { ...question, attention: ['weak_cases', 'review_overdue'] }
  renderPage('recruiter', [weak])
  expect(screen.getByRole('button', { name: '“两数之和”的质量检查：测试用例偏弱、复查逾期' })).toBeTruthy()
  expect(screen.getByRole('checkbox', { name: '只看需要处理的' })).toBeTruthy()
  cleanup()
  renderPage('interviewer', [weak])
  expect(screen.queryByText('测试用例偏弱')).toBeNull()
  expect(screen.queryByRole('checkbox', { name: '只看需要处理的' })).toBeNull()
})
