// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { overviewQuery, worklistQuery } from '@/api/interviews'
import type { Interview, Overview, Role, WorklistGroup } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { newInterview, newInterviewer, newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import OverviewPage from '.'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function renderOverview(change: Partial<Overview>, userId: string, role: Role, groups: WorklistGroup[] = []) {
  const client = newQueryClient()
  const empty: Overview = { today: [], awaitingResponse: [], scorecardsDue: [], failedMessages: 0, queuedMessages: 0 }
  client.setQueryData(overviewQuery.queryKey, { ...empty, ...change })
  client.setQueryData(worklistQuery.queryKey, groups)
  render(
    <PageProviders session={newSession(userId, role)} client={client}>
      <OverviewPage />
    </PageProviders>,
  )
}

const card = (title: string) => within(screen.getByRole('heading', { name: title }).closest('section') as HTMLElement)
const permissions = (change: Partial<Interview['permissions']>): Interview['permissions'] => ({ ...newInterview().permissions, ...change })

describe('OverviewPage', () => {
  const group = (reason: WorklistGroup['reason'], ...items: Interview[]): WorklistGroup => ({ reason, total: items.length, items })

  it('lists declined interviews with the reason and a link to replace the interviewer', () => {
    const interview = newInterview({ interviewers: [newInterviewer('周航', 'declined', '出差')], permissions: permissions({ edit: true }) })
    renderOverview({}, '林悦', 'recruiter', [group('declined', interview)])
    expect(card('待处理').getByText('周航无法参加：出差')).toBeTruthy()
    expect(card('待处理').getByRole('link', { name: '更换面试官' }).getAttribute('href')).toBe('/interviews/i1/edit')
    expect(card('等待面试官回复').getByText('所有面试官都已回复')).toBeTruthy()
  })

  it('names who has not responded, beside the work', () => {
    renderOverview({}, '林悦', 'recruiter', [group('no_response', newInterview({ interviewers: [newInterviewer('周航', 'pending'), newInterviewer('陈默', 'accepted')] }))])
    expect(card('待处理').getByText('没有需要处理的事项')).toBeTruthy()
    expect(card('等待面试官回复').getByText('未回复：周航')).toBeTruthy()
  })

  it('reminds the interviewers whose scorecards are overdue', () => {
    const submitted = { ...newInterviewer('陈默', 'accepted'), scorecard: 'submitted' as const }
    const excused = { ...newInterviewer('苏晴', 'accepted'), excusedAt: '2026-03-02T04:00:00Z' }
    renderOverview({}, '林悦', 'recruiter', [group('scorecards_overdue', newInterview({ interviewers: [newInterviewer('周航', 'accepted'), submitted, excused, newInterviewer('何川', 'declined')] }))])
    expect(card('待处理').getByText('未提交：周航')).toBeTruthy()
    expect(card('待处理').getByRole('button', { name: '提醒周航填写评价' })).toBeTruthy()
  })

  it('leads to the next round', () => {
    renderOverview({}, '林悦', 'recruiter', [group('next_round', newInterview())])
    expect(card('待处理').getByRole('link', { name: '安排下一轮' }).getAttribute('href')).toBe('/interviews/new?after=i1')
  })

  it('displays the first rows of a long group until all are requested', () => {
    const many = Array.from({ length: 7 }, (_, n) => newInterview({ id: `i${n}`, title: `面试 ${n}` }))
    renderOverview({}, '林悦', 'recruiter', [{ reason: 'decision_due', total: 100, items: many }])
    expect(card('待处理').getByText('100 场以上')).toBeTruthy()
    expect(card('待处理').getAllByRole('listitem')).toHaveLength(5)
    fireEvent.click(card('待处理').getByRole('button', { name: '再显示 2 场' }))
    expect(card('待处理').getAllByRole('listitem')).toHaveLength(7)
  })

  it('has no work list for interviewers', () => {
    renderOverview({}, '周航', 'interviewer', [group('next_round', newInterview())])
    expect(screen.queryByRole('heading', { name: '待处理' })).toBeNull()
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
