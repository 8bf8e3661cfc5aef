// @vitest-environment jsdom

import { cleanup, render, screen, within } from '@testing-library/react'
import { Route, Routes } from 'react-router'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { interviewQuery } from '@/api/interviews'
import type { Interview, Role } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { newInterview, newInterviewer, newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import InterviewPage from '.'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function renderPage(change: Partial<Interview>, userId: string, role: Role = 'interviewer') {
  const client = newQueryClient()
  const permissions = { ...newInterview().permissions, respond: true, enter: true }
  client.setQueryData(interviewQuery('i1').queryKey, newInterview({ permissions, ...change }))
  render(
    <PageProviders session={newSession(userId, role)} client={client} path="/interviews/i1">
      <Routes>
        <Route path="/interviews/:id" element={<InterviewPage />} />
      </Routes>
    </PageProviders>,
  )
}

const enterLink = () => screen.queryByRole('link', { name: '进入面试间' })

describe('InterviewPage', () => {
  it('offers an interviewer who has declined to accept, in place of the room', () => {
    renderPage({ interviewers: [newInterviewer('周航', 'declined')] }, '周航')
    expect(enterLink()).toBeNull()
    expect(screen.getByRole('button', { name: '改为接受' }).className).toContain('primary')
  })

  it('offers the room to the others', () => {
    const interviewers = [newInterviewer('周航', 'declined'), newInterviewer('陈默', 'accepted')]
    renderPage({ interviewers }, '陈默')
    expect(enterLink()).not.toBeNull()
    cleanup()
    renderPage({ interviewers }, '周航', 'recruiter')
    expect(enterLink()).not.toBeNull()
  })

  it.each<Role>(['recruiter', 'interviewer'])('links to the room and the replay of an ended interview (%s)', (role) => {
    const { permissions } = newInterview()
    renderPage({ state: 'ended', interviewers: [newInterviewer('陈默', 'accepted')], permissions: { ...permissions, readRecords: true } }, '陈默', role)
    const record = screen.getByRole('region', { name: '面试间记录' })
    expect(within(record).getByRole('link', { name: '打开面试间（只读）' }).getAttribute('href')).toBe('/room/i1')
    expect(within(record).getByRole('link', { name: '回放' }).getAttribute('href')).toBe('/interviews/i1/replay')
  })

  it('awaits a missing response until the start', () => {
    const interviewers = [newInterviewer('周航', 'pending')]
    renderPage({ interviewers }, '周航')
    expect(screen.getByText('待回复')).toBeTruthy()
    expect(screen.getByRole('button', { name: '接受' })).toBeTruthy()
    cleanup()
    renderPage({ interviewers, state: 'in_progress' }, '周航')
    expect(screen.queryByText('待回复')).toBeNull()
    expect(screen.queryByRole('button', { name: '接受' })).toBeNull()
  })
})
