// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interview } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { InterviewRow } from './InterviewRow'
import { newInterview, newInterviewer, newSession, PageProviders } from './interview.testing'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function renderRow(change: Partial<Interview>, userId = '林悦') {
  const { container } = render(
    <PageProviders session={newSession(userId, 'interviewer')}>
      <InterviewRow interview={newInterview(change)} />
    </PageProviders>,
  )
  return container
}

const past = new Date(Date.now() - 60_000).toISOString()

describe('InterviewRow', () => {
  it('has a dot for a missing response before the start', () => {
    const row = renderRow({ interviewers: [newInterviewer('陈默', 'pending')] })
    expect(screen.getByRole('img', { name: '陈默: 待回复' })).toBeTruthy()
    expect(row.querySelector('.hm-interviewer-avatars__item--pending')).not.toBeNull()
  })

  it.each<Partial<Interview>>([{ state: 'ended' }, { state: 'in_progress' }, { state: 'cancelled' }, { startsAt: past }])(
    'has none for a missing response after the start (%o)',
    (change) => {
      const row = renderRow({ ...change, interviewers: [newInterviewer('陈默', 'pending'), newInterviewer('周航', 'accepted')] })
      expect(screen.getByRole('img', { name: '陈默, 周航: 已接受' })).toBeTruthy()
      expect(row.querySelector('.hm-interviewer-avatars__item--pending')).toBeNull()
    },
  )

  it('names who has declined, with the reason, until the start', () => {
    const interviewers = [newInterviewer('周航', 'declined', '出差'), newInterviewer('陈默', 'declined')]
    renderRow({ interviewers })
    expect(screen.getByText('周航无法参加：出差')).toBeTruthy()
    expect(screen.getByText('陈默无法参加')).toBeTruthy()
    cleanup()
    renderRow({ interviewers, state: 'ended' })
    expect(screen.queryByText('周航无法参加：出差')).toBeNull()
  })

  it.each(['zh-CN', 'en', 'ja'] as const)("names the interviewers below the title (%s), and what the title lacks", async (language) => {
    await changeLanguage(language)
    const interviewers = [newInterviewer('周航', 'accepted'), newInterviewer('陈默', 'accepted')]
    const summary = (change: Partial<Interview>) => renderRow({ interviewers, ...change }).querySelector('.hm-truncate')?.textContent
    const names = language === 'en' ? '周航, 陈默' : '周航、陈默'
    expect(summary({ title: '赵一鸣 · 后端工程师 · 第 1 轮' })).toBe(names)
    expect(summary({ title: '一面' })).toBe(`赵一鸣 · 后端工程师 · ${names}`)
    expect(summary({ title: '赵一鸣终面', interviewers: [] })).toBe('后端工程师')
    await changeLanguage('zh-CN')
  })

  it('marks an interview that was never begun, once it should have ended', () => {
    const before = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
    renderRow({ startsAt: before(180), endsAt: before(120) })
    expect(screen.getByText('未举行')).toBeTruthy()
    cleanup()
    for (const change of [{ endsAt: before(10) }, { endsAt: before(120), state: 'ended' as const }]) renderRow({ startsAt: before(180), ...change })
    expect(screen.getByText('已安排')).toBeTruthy()
    expect(screen.queryByText('未举行')).toBeNull()
  })

  it('marks an interview that the user has declined', () => {
    const interviewers = [newInterviewer('周航', 'declined'), newInterviewer('陈默', 'accepted')]
    renderRow({ interviewers }, '周航')
    expect(screen.getByText('您已回复无法参加')).toBeTruthy()
    cleanup()
    renderRow({ interviewers }, '陈默')
    expect(screen.queryByText('您已回复无法参加')).toBeNull()
  })
})
