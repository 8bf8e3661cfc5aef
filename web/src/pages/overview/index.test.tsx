// @vitest-environment jsdom

import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { overviewQuery } from '@/api/interviews'
import type { Interview, Overview, Role } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { newInterview, newInterviewer, newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import OverviewPage from '.'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function renderOverview(change: Partial<Overview>, userId: string, role: Role) {
  const client = newQueryClient()
  const empty: Overview = { today: [], toAnswer: [], declined: [], waitingAnswers: [], scorecardsDue: [], failedMessages: 0, queuedMessages: 0 }
  client.setQueryData(overviewQuery.queryKey, { ...empty, ...change })
  render(
    <PageProviders session={newSession(userId, role)} client={client}>
      <OverviewPage />
    </PageProviders>,
  )
}

const card = (title: string) => within(screen.getByRole('heading', { name: title }).closest('section') as HTMLElement)
const permissions = (change: Partial<Interview['permissions']>): Interview['permissions'] => ({ ...newInterview().permissions, ...change })

describe('OverviewPage', () => {
  it('has a card of declined interviews, with the reason and a link to replace the interviewer', () => {
    const interview = newInterview({ interviewers: [newInterviewer('周航', 'declined', '出差')], permissions: permissions({ edit: true }) })
    renderOverview({ declined: [interview] }, '林悦', 'recruiter')
    expect(card('面试官无法参加').getByText('周航无法参加：出差')).toBeTruthy()
    expect(card('面试官无法参加').getByRole('link', { name: '更换面试官' }).getAttribute('href')).toBe('/interviews/i1/edit')
    expect(card('等待面试官回复').queryByText(/无法参加/)).toBeNull()
    expect(card('等待面试官回复').getByText('没有其他等待回复的面试')).toBeTruthy()
  })

  it('has no card of declined interviews without one', () => {
    renderOverview({}, '林悦', 'recruiter')
    expect(screen.queryByRole('heading', { name: '面试官无法参加' })).toBeNull()
    expect(card('等待面试官回复').getByText('所有面试官都已回复')).toBeTruthy()
  })

  it('offers the room of today to an interviewer who has not declined', () => {
    const today = (response: 'accepted' | 'declined') => [newInterview({ interviewers: [newInterviewer('周航', response)], permissions: permissions({ enter: true }) })]
    renderOverview({ today: today('accepted') }, '周航', 'interviewer')
    expect(screen.getByRole('link', { name: '进入面试间' })).toBeTruthy()
    cleanup()
    renderOverview({ today: today('declined') }, '周航', 'interviewer')
    expect(screen.queryByRole('link', { name: '进入面试间' })).toBeNull()
  })
})
