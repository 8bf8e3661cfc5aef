// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Candidate } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import { CandidateEditor } from './CandidateEditor'

// The client of the API keeps the fetch function that it finds when it is loaded.
const server = vi.hoisted(() => {
  const stub = { answer: (_: Request): Promise<Response> => Promise.reject(new Error('no answer')) }
  globalThis.fetch = ((request: Request) => stub.answer(request)) as typeof fetch
  return stub
})

const stored: Candidate = {
  id: 'c1', name: '陈晨', language: 'zh-CN', createdAt: '2026-11-01T00:00:00Z', updatedAt: '2026-11-01T00:00:00Z', version: 1,
}
const warning = {
  type: 'about:blank', title: 'Unprocessable Entity', status: 422, code: 'error.fields', detail: '请修改',
  errors: [{ path: 'name', code: 'candidate.same_name', message: '已有同名候选人陈晨，可能是同一人。', warning: true, id: 'c1' }],
}

/** Answers requests as the server does, and records the bodies of created candidates. */
function stubServer() {
  const created: Record<string, unknown>[] = []
  const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
  server.answer = async (request) => {
    const { pathname } = new URL(request.url)
    if (request.method === 'GET') return answer(200, pathname.endsWith('/c1') ? stored : { items: [] })
    const body = (await request.json()) as Record<string, unknown>
    created.push(body)
    return body['overrideWarnings'] ? answer(201, { ...stored, id: 'c2' }) : answer(422, warning)
  }
  return created
}

function renderEditor() {
  const calls = { onClose: vi.fn(), onSaved: vi.fn(), onUse: vi.fn() }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <CandidateEditor name="陈晨" onClose={calls.onClose} onSaved={calls.onSaved} existing={{ label: '打开', onUse: calls.onUse }} />
    </QueryClientProvider>,
  )
  return { ...calls, user: userEvent.setup() }
}

beforeAll(async () => {
  stubDialogs()
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

it('names a stored candidate who may be the same person, and creates another one on request', async () => {
  const created = stubServer()
  const { user, onSaved, onClose } = renderEditor()
  await user.click(screen.getByRole('button', { name: '保存' }))
  expect(await screen.findAllByText(/可能是同一人/)).toHaveLength(1)
  expect(onSaved).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: '仍然新建' }))
  await waitFor(() => expect(onSaved).toHaveBeenCalledWith(expect.objectContaining({ id: 'c2' })))
  expect(onClose).toHaveBeenCalled()
  expect(created.map((body) => body['overrideWarnings'])).toEqual([undefined, true])
})

it('opens the stored candidate in place of creating another one', async () => {
  const created = stubServer()
  const { user, onUse, onClose } = renderEditor()
  await user.click(screen.getByRole('button', { name: '保存' }))
  await user.click(await screen.findByRole('button', { name: '打开' }))
  await waitFor(() => expect(onUse).toHaveBeenCalledWith(stored))
  expect(onClose).toHaveBeenCalled()
  expect(created).toHaveLength(1)
})
