// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { questionPagesQuery } from '@/api/catalog'
import type { Question, Role, Session } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import QuestionsPage from '.'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

const question: Question = {
  id: 'q1', title: '两数之和', body: '题面', difficulty: 'easy', tags: [], starterCode: [],
      tests: { cases: [] },
  createdAt: '2026-11-01T00:00:00Z', updatedAt: '2026-11-01T00:00:00Z', version: 1,
}

function renderPage(role: Role, items: Question[]) {
  const client = newQueryClient()
  const session = newSession('周航', role)
  session.features.sandbox = { state: 'ok', languages: [] } as unknown as Session['features']['sandbox']
  client.setQueryData(questionPagesQuery({}).queryKey, { pages: [{ items }], pageParams: [undefined] })
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
})

it('explains to interviewers that their interviews have no questions', () => {
  renderPage('interviewer', [])
  expect(screen.getByText('您的面试还没有题目')).toBeTruthy()
  expect(screen.queryByText('题库还是空的')).toBeNull()
})

it('offers recruiters the question bank with changes', () => {
  renderPage('recruiter', [question])
  expect(screen.getByRole('button', { name: '新建题目' })).toBeTruthy()
  expect(screen.getByRole('button', { name: '编辑' })).toBeTruthy()
})
