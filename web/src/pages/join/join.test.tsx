// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { joinQuery, redeemJoinLink, type JoinInfo } from '@/api/join'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import JoinPage from '.'

vi.mock('@/api/join', async (importOriginal) => ({ ...(await importOriginal<object>()), redeemJoinLink: vi.fn(() => new Promise(() => undefined)) }))

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  await initI18n()
  await loadNamespace('room')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

const join = {
  interviewId: 'i', title: '一面', company: '云杉科技', positionTitle: '后端工程师', startsAt: '2026-11-24T06:00:00Z', durationMinutes: 60,
  timeZone: 'Asia/Shanghai', candidateName: '陈晨', language: 'zh-CN', contact: { name: '罗莎' }, room: { kind: 'builtin', state: 'ready' }, meeting: { kind: 'none' },
}

function renderJoin(change: object, path = '/join#t') {
  const client = new QueryClient()
  client.setQueryData(joinQuery('t').queryKey, { ...join, ...change } as unknown as JoinInfo)
  return render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route path="/join" element={<JoinPage />} />
          <Route path="/join/:token" element={<JoinPage />} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

it.each([['cancelled', '/join#t'], ['ended', '/join#t'], ['ended', '/join/t']] as const)('the page of an interview that is %s does not invite, at %s', (state, path) => {
  const { container } = renderJoin({ state }, path)
  expect(container.textContent).toContain('云杉科技')
  expect(container.textContent).not.toContain('邀请您参加面试')
  expect(screen.queryByRole('button', { name: '进入面试' })).toBeNull()
})

it('enters after the candidate has accepted the text, with its version', async () => {
  renderJoin({ state: 'scheduled', consent: { version: 3, text: '会记录代码' } })
  screen.getByText('会记录代码')
  fireEvent.click(screen.getByRole('button', { name: '进入面试' }))
  expect(screen.getByRole('alert').textContent).toBe('请先阅读并勾选同意')
  expect(redeemJoinLink).not.toHaveBeenCalled()
  const checkbox = screen.getByRole('checkbox', { name: '我已阅读并同意' })
  expect(document.activeElement).toBe(checkbox)
  expect(document.getElementById(checkbox.getAttribute('aria-describedby') ?? '')).toBe(screen.getByRole('alert'))
  fireEvent.click(checkbox)
  expect(screen.queryByRole('alert')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: '进入面试' }))
  await waitFor(() => expect(redeemJoinLink).toHaveBeenCalledExactlyOnceWith('t', 3))
})
