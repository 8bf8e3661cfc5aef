// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { interviewQuery } from '@/api/interviews'
import { templateVersionsQuery } from '@/api/scorecardTemplates'
import type { Interview, Session } from '@/api/types'
import { SessionContext } from '@/app/useSession'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import CalibrationFormPage from './form'

const request = vi.hoisted(() => vi.fn<(path: string, body: object) => void>())
vi.mock('@/api/client', () => ({
  api: {
    GET: () => Promise.resolve({ items: [] }),
    POST: (path: string, { body }: { body: object }) => {
      request(path, body)
      return Promise.resolve({ id: 'e' })
    },
  },
  unwrap: (data: unknown) => data,
}))

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
  await loadNamespace('calibration')
})
afterEach(() => {
  cleanup()
  request.mockReset()
})

function renderForm() {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(interviewQuery('i').queryKey, {
    id: 'i', title: '一面', candidate: { id: 'c', name: '陈晨' }, startsAt: '2026-03-02T04:00:00Z', room: { kind: 'builtin' }, scorecardTemplate: { id: 't', version: 2 },
  } as Interview)
  client.setQueryData(templateVersionsQuery('t', 2).queryKey, { items: [3, 2, 1].map((version) => ({ version, title: '系统设计', savedAt: '2026-03-01T04:00:00Z' })) })
  render(
    <SessionContext value={{ corp: { timeZone: 'Asia/Shanghai' } } as Session}>
      <QueryClientProvider client={client}>
        <MemoryRouter initialEntries={['/calibration/new?interview=i']}>
          <CalibrationFormPage />
        </MemoryRouter>
      </QueryClientProvider>
    </SessionContext>,
  )
}

it('offers the other versions of the template, and sends the chosen one', async () => {
  renderForm()
  const version = screen.getByLabelText<HTMLSelectElement>(/^评价表版本/)
  expect([...version.options].map(({ value, text }) => `${value}: ${text}`)).toEqual(['0: 面试时的版本（第 2 版）', expect.stringMatching(/^3: 第 3 版 · 系统设计 · /), expect.stringMatching(/^1: 第 1 版 · 系统设计 · /)])
  fireEvent.change(version, { target: { value: '3' } })
  fireEvent.click(screen.getByRole('button', { name: '保存' }))
  await waitFor(() => expect(request).toHaveBeenCalledWith('/api/calibration/exercises', expect.objectContaining({ interviewId: 'i', templateVersion: 3 })))
})

it('sends no version for that of the interview', async () => {
  renderForm()
  fireEvent.click(screen.getByRole('button', { name: '保存' }))
  await waitFor(() => expect(request).toHaveBeenCalledOnce())
  expect(request.mock.calls[0]?.[1]).not.toHaveProperty('templateVersion')
})
