// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { bookingQuery } from '@/api/booking'
import type { BookingPage } from '@/api/types'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import BookPage from '.'

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')))
  await initI18n()
  await loadNamespace('room')
  await changeLanguage('zh-CN')
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

function renderPage(change: Partial<BookingPage>, browserZone = 'Asia/Shanghai') {
  const options = Intl.DateTimeFormat('en-US', { timeZone: 'UTC' }).resolvedOptions()
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({ ...options, timeZone: browserZone })
  const page: BookingPage = {
    title: '一面', company: '云杉科技', positionTitle: '后端工程师', candidateName: '陈晨', durationMinutes: 60, timeZone: 'Asia/Shanghai',
    state: 'open', expiresAt: '2026-11-23T10:00:00Z', contact: { name: '罗莎' }, requested: false,
    slots: [
      { startsAt: '2026-11-24T02:00:00Z', endsAt: '2026-11-24T03:00:00Z', state: 'taken' },
      { startsAt: '2026-11-24T06:00:00Z', endsAt: '2026-11-24T07:00:00Z', state: 'free' },
    ],
    ...change,
  }
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(bookingQuery('t').queryKey, page)
  return render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={['/book#t']}>
        <Routes>
          <Route path="/book" element={<BookPage />} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  ).container
}

it('a slot that is taken cannot be chosen, and names the reason', () => {
  renderPage({})
  const [taken, free] = screen.getAllByRole<HTMLInputElement>('radio')
  expect([taken?.disabled, free?.disabled]).toEqual([true, false])
  expect(screen.getByText('已被占用')).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: '请先选择时间' }).disabled).toBe(true)
  fireEvent.click(screen.getByRole('radio', { name: /14:00–15:00/ }))
  expect(screen.getByRole<HTMLButtonElement>('button', { name: '确认这个时间' }).disabled).toBe(false)
})

it('times are in the zone of the browser, with a switch to the zone of the company', () => {
  const page = renderPage({}, 'Europe/Berlin')
  expect(page.textContent).toContain('07:00–08:00')
  expect(page.textContent).toContain('GMT+1')
  fireEvent.click(screen.getByRole('radio', { name: /^公司/ }))
  expect(page.textContent).toContain('14:00–15:00')
})

it('there is no switch in the zone of the company', () => {
  renderPage({})
  expect(screen.queryByRole('radiogroup')).toBeNull()
})

const booked = (state: 'scheduled' | 'cancelled') => ({ startsAt: '2026-11-24T06:00:00Z', endsAt: '2026-11-24T07:00:00Z', state, joinUrl: '/join#j' })

it.each([
  ['booked', { state: 'booked', slots: [], booked: booked('scheduled') }, '面试时间已确定'],
  ['cancelled', { state: 'booked', slots: [], booked: booked('cancelled') }, '面试已取消'],
  ['withdrawn', { state: 'withdrawn', slots: [] }, '预约已撤回'],
  ['expired', { state: 'expired', slots: [] }, '预约已截止'],
  ['requested', { requested: true }, '已提交申请'],
] as [string, Partial<BookingPage>, string][])('the page of an offer that is %s', (name, change, text) => {
  const page = renderPage(change)
  expect(page.textContent).toContain(text)
  expect(screen.queryByRole('link', { name: '打开面试页面' }) !== null).toBe(name === 'booked')
  expect(screen.queryAllByRole('radio')).toHaveLength(name === 'requested' ? 2 : 0)
})
