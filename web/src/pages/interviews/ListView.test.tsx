// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useLocation } from 'react-router'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { interviewPagesQuery } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { newInterview, newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import InterviewsPage from '.'
import { toApiFilter } from './useInterviewFilter'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function Address() {
  return <output data-testid="address">{useLocation().search}</output>
}

function renderSearch(found: Interview[]) {
  const client = newQueryClient()
  const setFound = (filter: Parameters<typeof toApiFilter>[0], items: Interview[]) =>
    client.setQueryData(interviewPagesQuery(toApiFilter(filter, '孟凡')).queryKey, { pages: [{ items }], pageParams: [undefined] })
  setFound({ which: 'ended', scope: 'mine', position: '' }, [])
  setFound({ which: 'all', scope: 'all', position: '' }, found)
  render(
    <PageProviders session={newSession('周航', 'interviewer')} client={client} path="/interviews?which=ended&q=孟凡">
      <Address />
      <InterviewsPage />
    </PageProviders>,
  )
}

it('offers a search without the other filters that finds something', () => {
  renderSearch([newInterview({ title: '孟凡 · 第 1 轮' }), newInterview({ id: 'i2', title: '孟凡 · 第 2 轮' })])
  fireEvent.click(screen.getByRole('button', { name: '在全部面试中搜索（2）' }))
  expect(new URLSearchParams(screen.getByTestId('address').textContent)).toEqual(new URLSearchParams({ which: 'all', q: '孟凡', scope: 'all' }))
  expect(screen.getByRole('link', { name: '孟凡 · 第 2 轮' })).toBeTruthy()
})

it('offers none that finds nothing', () => {
  renderSearch([])
  expect(screen.getByText('没有匹配的结果')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /在全部面试中搜索/ })).toBeNull()
})
