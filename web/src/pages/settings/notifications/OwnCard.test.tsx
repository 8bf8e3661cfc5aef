// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { companyNotificationsQuery, ownNotificationsQuery } from '@/api/notifications'
import type { CompanyNotifications, OwnNotifications } from '@/api/types'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { CompanyCard } from './CompanyCard'
import { OwnCard } from './OwnCard'

beforeAll(async () => {
  await initI18n()
  await loadNamespace('admin')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

const hours = { start: '22:00', end: '08:00', daysOff: false }
const own: OwnNotifications = { muted: [], quiet: 'company', hours, version: 1 }
const company: CompanyNotifications = { quiet: false, hours, digest: true, digestAt: '08:30', version: 1 }

it('keeps the edits when a newer version is loaded', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(ownNotificationsQuery.queryKey, own)
  client.setQueryData(companyNotificationsQuery.queryKey, company)
  render(
    <QueryClientProvider client={client}>
      <OwnCard />
      <CompanyCard />
    </QueryClientProvider>,
  )
  const ownBox = await screen.findByRole<HTMLInputElement>('checkbox', { name: '待填写和逾期的评价' })
  const digest = screen.getByRole<HTMLInputElement>('checkbox', { name: '工作日早上发送汇总' })
  fireEvent.click(ownBox)
  fireEvent.click(digest)
  await act(async () => {
    client.setQueryData(ownNotificationsQuery.queryKey, { ...own, muted: ['reminders'], version: 2 })
    client.setQueryData(companyNotificationsQuery.queryKey, { ...company, quiet: true, version: 2 })
    await Promise.resolve()
  })
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: '待填写和逾期的评价' }).checked).toBe(false)
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: '工作日早上发送汇总' }).checked).toBe(false)
})
