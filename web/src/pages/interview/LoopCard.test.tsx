// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import { newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import { LoopCard } from './LoopCard'

const request = vi.hoisted(() => ({ get: vi.fn<(path: string) => Promise<unknown>>(), post: vi.fn<(path: string) => Promise<unknown>>() }))
vi.mock('@/api/client', () => ({ api: { GET: request.get, POST: request.post }, unwrap: (data: unknown) => data }))

beforeAll(async () => {
  await initI18n()
  await loadNamespace('loop')
  await changeLanguage('zh-CN')
  stubDialogs()
})
afterEach(cleanup)

const loop = {
  id: 'l', count: 2, version: 1,
  rounds: [{ interviewId: 'i2', number: 2, title: '二面', state: 'scheduled', startsAt: '2026-03-02T02:00:00Z', endsAt: '2026-03-02T03:00:00Z', interviewers: [] }],
}

function renderCard() {
  render(
    <PageProviders session={newSession('LinYi', 'recruiter')} client={newQueryClient()} path="/interviews/i1">
      <LoopCard interviewId="i1" place={{ id: 'l', number: 1, count: 2 }} recruiter />
    </PageProviders>,
  )
}

it('shows that the rounds could not be loaded, and loads them again', async () => {
  request.get.mockRejectedValueOnce(new Error('offline')).mockResolvedValueOnce(loop)
  renderCard()
  fireEvent.click(await screen.findByRole('button', { name: '重试' }))
  expect((await screen.findByRole('link', { name: '二面' })).getAttribute('href')).toBe('/interviews/i2')
})

it('shows that the new time is incomplete', async () => {
  request.get.mockResolvedValueOnce(loop)
  renderCard()
  fireEvent.click(await screen.findByRole('button', { name: '整体改期' }))
  const dialog = within(screen.getByRole('dialog'))
  const day = dialog.getByLabelText(/日期/)
  fireEvent.change(day, { target: { value: '' } })
  expect(day.getAttribute('aria-invalid')).toBeNull()
  fireEvent.click(dialog.getByRole('button', { name: '改期' }))
  expect(day.getAttribute('aria-invalid')).toBe('true')
  expect(dialog.getByText('请填写')).toBeTruthy()
  expect(request.post).not.toHaveBeenCalled()
})
