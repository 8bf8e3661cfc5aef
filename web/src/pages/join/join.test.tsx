// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { joinQuery, type JoinInfo } from '@/api/join'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import JoinPage from '.'

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  await initI18n()
  await loadNamespace('room')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

it.each([['cancelled', '/join#t'], ['ended', '/join#t'], ['ended', '/join/t']] as const)('the page of an interview that is %s does not invite, at %s', (state, path) => {
  const join = {
    interviewId: 'i', title: '一面', company: '云杉科技', positionTitle: '后端工程师', startsAt: '2026-11-24T06:00:00Z', durationMinutes: 60,
    timeZone: 'Asia/Shanghai', candidateName: '陈晨', language: 'zh-CN', state, contact: { name: '罗莎' }, room: { kind: 'builtin', state: 'ready' }, meeting: { kind: 'none' },
  } as unknown as JoinInfo
  const client = new QueryClient()
  client.setQueryData(joinQuery('t').queryKey, join)
  const { container } = render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route path="/join" element={<JoinPage />} />
          <Route path="/join/:token" element={<JoinPage />} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
  expect(container.textContent).toContain('云杉科技')
  expect(container.textContent).not.toContain('邀请您参加面试')
  expect(screen.queryByRole('button', { name: '进入面试' })).toBeNull()
})
