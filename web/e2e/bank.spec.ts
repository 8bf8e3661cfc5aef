// An interviewer adds a question of the bank during an interview. The candidate receives nothing of it until it is
// shown, and its hints only by chat. A question is done, and the next one follows.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, takeScreenshot } from './layout'
import { admitCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

const DAY = 110 // which no other spec uses, like the one after it
const title = '会议室分配'
const hint = '先按开始时间排序'

test('a question of the bank is added during an interview', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  await createQuestion(desk)
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  await scheduleInterview(desk, { question: title, minutes: (DAY + 1) * 24 * 60 }) // by which the interviewer may read the question
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)
  const { page } = ours
  const received = (text: string) => theirs.received.filter((frame) => frame.includes(text))

  await test.step('the first question is shown', async () => {
    await admitCandidate(ours, theirs, { id, link })
    await page.getByRole('combobox', { name: '题目' }).selectOption({ label: '两数之和' })
    await page.getByRole('button', { name: '展示给候选人' }).click()
    await expect(guest.getByRole('heading', { name: '两数之和' })).toBeVisible()
    await expect(page.getByText(/已用 \d+:\d\d/)).toBeVisible()
  })

  await test.step('a question is found, previewed and added', async () => {
    await page.getByRole('button', { name: '题库' }).click()
    const bank = page.getByRole('dialog')
    await bank.getByRole('searchbox', { name: '搜索题目' }).fill('huiyishi') // by pinyin
    await expect(bank.getByRole('listitem')).toHaveCount(1)
    await report.check(page, 'question bank in a room', ['desktop', 'phone'])
    await checkWidths(page, 'bank')
    await bank.getByRole('button', { name: title }).click()
    await expect(bank.getByText(hint)).toBeVisible()
    await report.check(page, 'question of the bank in a room', ['desktop', 'phone'])
    await checkWidths(page, 'preview')
    await bank.getByRole('button', { name: '加入这场面试' }).click()
    await expect(bank.getByRole('button', { name: '已在本场' })).toBeDisabled()
    await bank.getByRole('button', { name: '关闭' }).click()
    await expect(page.getByRole('combobox', { name: '题目' }).getByRole('option', { name: title })).toHaveCount(1)
    expect(received(title)).toEqual([])
  })

  await test.step('the first question is done, and the next one is shown', async () => {
    await page.getByRole('button', { name: '完成', exact: true }).click()
    await expect(page.getByRole('option', { name: '✓ 两数之和' })).toHaveCount(1)
    await page.getByRole('button', { name: '下一题' }).click()
    await expect(page.getByRole('heading', { name: title })).toBeVisible()
    expect(received(title)).toEqual([])
    await page.getByRole('button', { name: '展示给候选人' }).click()
    await expect(guest.getByRole('heading', { name: title })).toBeVisible()
    await expect(theirs.code).toContainText('def rooms')
  })

  await test.step('a hint is sent to the chat', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await ours.openPane('代码')
    await page.getByRole('button', { name: '提示与追问' }).click()
    await report.check(page, 'hints beside the code', ['phone'])
    await takeScreenshot(page, 'hints-390')
    await page.setViewportSize({ width: 1030, height: 720 })
    await page.getByRole('button', { name: '提示与追问' }).click()
    await takeScreenshot(page, 'hints-1030')
    await report.check(page, 'hints beside the code', ['wecom'])
    expect(received(hint)).toEqual([])
    await page.getByRole('button', { name: '把「提示 1」发到聊天' }).click()
    await expect(guest.getByRole('log', { name: '聊天' }).getByText(hint)).toBeVisible()
    expect(received('SECRET-FOLLOW-UP')).toEqual([])
  })

  await openPage(desk, `/interviews/${id}`)
  await expect(desk.getByText(`加入了题目「${title}」`)).toBeVisible()
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

async function createQuestion(page: Page): Promise<void> {
  await page.evaluate(
    async (content) => {
      const response = await fetch('/api/questions', { method: 'POST', body: JSON.stringify(content), headers: { 'Content-Type': 'application/json' } })
      if (!response.ok) throw new Error(await response.text())
    },
    {
      title,
      body: '给出若干会议的起止时间，求**最少**需要几间会议室。',
      difficulty: 'medium',
      tags: ['数组', '排序'],
      expectedMinutes: 25,
      hints: [hint],
      followUps: ['SECRET-FOLLOW-UP：会议不断到来时怎么办？'],
      starterCode: [{ language: 'python', code: 'def rooms(meetings):\n    pass\n' }],
      solutions: [{ language: 'python', code: 'def rooms(meetings):\n    meetings.sort()\n' }],
    },
  )
}
