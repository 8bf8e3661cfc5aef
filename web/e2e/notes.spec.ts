// An interviewer writes notes about moments of an interview in the room and in its replay, shares one and
// cites one in the scorecard. The candidate receives none of them.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, takeScreenshot } from './layout'
import { admitCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

const DAY = 91 // from today, when no interview of other tests is
const inRoom = '先问了数据规模'
const inReplay = '回放里补充的观察'

test('notes about moments of an interview', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('the interviewer writes a note in the room and shares it', async () => {
    await admitCandidate(ours, theirs, { id, link })
    await openTimedNotes(ours.page)
    await ours.page.getByRole('textbox', { name: '时间点笔记的内容' }).fill(inRoom)
    await ours.page.keyboard.press('Enter')
    await expect(ours.page.getByRole('textbox', { name: '时间点笔记的内容' })).toHaveValue('')
    await openPage(desk, `/room/${id}`)
    await openTimedNotes(desk)
    await expect(desk.getByText('还没有时间点笔记')).toBeVisible()
    await ours.page.getByRole('button', { name: /^共享 / }).click()
    await expect(ours.page.getByText('已共享')).toBeVisible()
    await desk.reload() // the page asks for new notes every 15 seconds
    await openTimedNotes(desk)
    await expect(desk.getByRole('listitem').filter({ hasText: inRoom })).toContainText('周航')
    await ours.page.setViewportSize({ width: 1030, height: 720 })
    await takeScreenshot(ours.page, 'room-1030')
    await ours.page.setViewportSize({ width: 390, height: 844 }) // its layout begins with the code
    await openTimedNotes(ours.page)
    await report.check(ours.page, 'timed notes in the room', ['phone'])
    await takeScreenshot(ours.page, 'room-390')
    await ours.page.setViewportSize({ width: 1440, height: 900 })
  })

  await test.step('the candidate receives no note', async () => {
    expect(await guest.evaluate(async (path) => (await fetch(path)).status, `/api/interviews/${id}/notes`)).toBe(401)
    expect(theirs.received.filter((frame) => frame.includes(inRoom))).toEqual([])
  })

  await test.step('a note is added at a moment of the replay', async () => {
    await post(ours.page, `/api/interviews/${id}/end`)
    await openPage(ours.page, `/interviews/${id}/replay`)
    await openTimedNotes(ours.page)
    await ours.page.getByRole('textbox', { name: '时间点笔记的内容' }).fill(inReplay)
    await ours.page.getByRole('button', { name: '记录在 00:00' }).click()
    await expect(ours.page.getByRole('listitem').filter({ hasText: inReplay })).toBeVisible()
    await report.check(ours.page, 'timed notes in the replay', ['desktop', 'phone'])
    await checkWidths(ours.page, 'replay')
    await ours.page.getByRole('tab', { name: '事件' }).click()
    await ours.page.getByRole('combobox', { name: '显示的事件' }).selectOption({ label: '笔记' })
    await expect(ours.page.getByRole('button', { name: inRoom })).toBeVisible()
    await expect(ours.page.getByRole('button', { name: inReplay })).toBeVisible()
  })

  await test.step('a note is cited in the scorecard, with a link to the replay', async () => {
    await openPage(ours.page, `/interviews/${id}/scorecard`)
    await ours.page.getByRole('button', { name: /引用时间点笔记/ }).first().click()
    await report.check(ours.page, 'choice of a note to cite', ['phone'])
    await checkWidths(ours.page, 'choice')
    await ours.page.getByRole('dialog').getByRole('button', { name: inRoom }).click()
    await expect(ours.page.getByRole('list', { name: '引用的时间点' })).toContainText(inRoom)
    await expect(ours.page.getByRole('status').filter({ hasText: '保存' })).toHaveText('已自动保存')
    await checkWidths(ours.page, 'scorecard')
    await submitScorecard(ours.page, id)
    await openPage(desk, `/interviews/${id}`)
    const cited = desk.getByRole('list', { name: '引用的时间点' })
    await expect(cited).toContainText(inRoom)
    await report.check(desk, 'scorecards with a cited moment', ['wecom'])
    await checkWidths(desk, 'summary')
    await cited.getByRole('link').click()
    await expect(desk).toHaveURL(/\/replay\?at=/)
    await expect(desk.getByRole('slider', { name: '播放位置' })).toHaveAttribute('aria-valuetext', /，共/)
    await expect(desk.locator('.replay-event[aria-current]')).toContainText(inRoom)
  })

  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

async function openTimedNotes(page: Page): Promise<void> {
  await page.getByRole('tab', { name: '笔记' }).click()
  await page.getByText('时间点笔记', { exact: true }).click()
}

async function post(page: Page, path: string): Promise<void> {
  expect(await page.evaluate(async (to) => (await fetch(to, { method: 'POST' })).status, path)).toBe(200)
}

/** Completes the stored draft and submits it. */
async function submitScorecard(page: Page, id: string): Promise<void> {
  await page.evaluate(async (path) => {
    const send = async (method: string, to: string, body?: object) => {
      const response = await fetch(to, { method, body: body ? JSON.stringify(body) : null, headers: body ? { 'Content-Type': 'application/json' } : {} })
      if (!response.ok) throw new Error(`${to}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { version: number; criteria: { key: string }[]; scores: { key: string }[] }
    }
    const stored = await send('GET', path)
    const scores = stored.criteria.map(({ key }) => ({ comment: '', ...stored.scores.find((one) => one.key === key), key, score: 3 }))
    const { version } = await send('PUT', path, { version: stored.version, scores, recommendation: 'yes' })
    await send('POST', `${path}/submit`, { version })
  }, `/api/interviews/${id}/scorecard`)
}
