// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { interviewsBetweenQuery } from '@/api/interviews'
import { changeLanguage, initI18n } from '@/i18n'
import { toInstant } from '@/time/zone'
import { newInterview, newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import { CalendarView } from './CalendarView'
import type { InterviewFilterState, InterviewsView } from './useInterviewFilter'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

/** The view of 2026-11-25, a Wednesday, with an interview on Monday of its week. */
function renderView(view: InterviewsView, isNarrow: boolean) {
  vi.stubGlobal('matchMedia', () => ({ matches: isNarrow, addEventListener: () => undefined, removeEventListener: () => undefined }))
  const zone = 'Asia/Shanghai'
  const client = newQueryClient()
  const [from, to] = view === 'week' ? (['2026-11-23', '2026-11-30'] as const) : (['2026-11-25', '2026-11-26'] as const)
  const items = view === 'week' ? [newInterview({ startsAt: '2026-11-23T02:00:00Z', endsAt: '2026-11-23T03:00:00Z', state: 'ended' })] : []
  client.setQueryData(interviewsBetweenQuery(toInstant(from, '00:00', zone), toInstant(to, '00:00', zone), 'all').queryKey, items)
  const filter = { view, day: '2026-11-25', scope: 'all', set: vi.fn() } as unknown as InterviewFilterState
  const { container } = render(
    <PageProviders session={newSession('林悦', 'recruiter')} client={client}>
      <CalendarView recruiter filter={filter} />
    </PageProviders>,
  )
  return { columns: container.querySelectorAll('.hm-cal__column').length, dayStrip: container.querySelector('.hm-week-strip') !== null }
}

it('shows the interviews of a week on a phone, as a list', () => {
  expect(renderView('week', true)).toEqual({ columns: 0, dayStrip: false })
  expect(screen.getByRole('link', { name: /赵一鸣/ })).toBeTruthy()
  expect(screen.getByText(/11月23日/)).toBeTruthy()
})

it('shows a week in seven columns on a desktop, and a day in one on both', () => {
  expect(renderView('week', false)).toEqual({ columns: 7, dayStrip: false })
  expect(renderView('day', false)).toEqual({ columns: 1, dayStrip: true })
  expect(renderView('day', true)).toEqual({ columns: 1, dayStrip: true })
})
