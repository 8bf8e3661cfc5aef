// The phases of a room: leaving, which is not the end, more time, and the end for all, taken back.

import type { Locator } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, takeScreenshot } from './layout'
import { admitCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

test('leave, extend, end and reopen', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const { id, link } = await scheduleInterview(desk)
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('the candidate is admitted', async () => {
    await admitCandidate(ours, theirs, { id, link })
  })

  await test.step('panes are resized and keep their sizes', async () => {
    const page = ours.page
    const separator = page.getByRole('separator', { name: '调整题目栏宽度' })
    const pane = page.getByRole('region', { name: '题目' })
    for (const width of [820, 1030, 1440]) {
      await page.setViewportSize({ width, height: 844 })
      await separator.dblclick()
      await expect(separator).toHaveAttribute('aria-valuenow', '26')
      const at = await middleOf(separator)
      await page.mouse.move(at.x, at.y)
      await page.mouse.down()
      await page.mouse.move(at.x + width / 10, at.y, { steps: 3 })
      await page.mouse.up()
      await expect(separator).toHaveAttribute('aria-valuenow', /3[5-7]/)
      await separator.press('ArrowLeft')
      await expect(separator).toHaveAttribute('aria-valuenow', /3[3-5]/)
      const share = ((await pane.boundingBox())?.width ?? 0) / width
      expect(share).toBeGreaterThan(0.3)
      expect(share).toBeLessThan(0.37)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      await takeScreenshot(page, `panes-${width}`)
    }
    await page.getByRole('separator', { name: '调整输出栏高度' }).press('End')
    await report.check(page, 'resized panes', ['desktop'])
    await page.reload()
    await ours.waitUntilConnected()
    await expect(page.getByRole('separator', { name: '调整输出栏高度' })).toHaveAttribute('aria-valuenow', '70')
    await expect(separator).toHaveAttribute('aria-valuenow', /3[3-5]/)
  })

  await test.step('leaving ends nothing', async () => {
    await guest.getByRole('button', { name: '离开' }).click()
    await expect(guest.getByRole('dialog')).toContainText('面试不会因此结束')
    await report.check(guest, 'dialog that leaves the room', ['desktop', 'phone'])
    await guest.getByRole('dialog').getByRole('button', { name: '离开' }).click()
    await expect(guest.getByRole('heading', { name: '您已离开面试间' })).toBeVisible()
    await report.check(guest, 'page after leaving', ['desktop', 'phone'])
    await expect(ours.page.getByRole('button', { name: '结束面试' })).toBeEnabled()
    await guest.getByRole('button', { name: '返回面试间' }).click()
    await theirs.waitUntilConnected()
  })

  await test.step('both see the extended end', async () => {
    await ours.page.getByRole('button', { name: '延长 15 分钟' }).click()
    for (const page of [ours.page, guest]) await expect(page.getByRole('status').filter({ hasText: /已延长到/ })).toBeAttached()
    await expect(guest.getByRole('button', { name: '延长 15 分钟' })).toHaveCount(0)
    await checkWidths(ours.page, 'interviewer')
    await checkWidths(guest, 'candidate')
  })

  await test.step('an end by mistake is taken back', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await report.check(ours.page, 'ended room that can be reopened', ['desktop', 'phone'])
    await checkWidths(ours.page, 'ended')
    await ours.page.getByRole('button', { name: /重新开放/ }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toHaveCount(0)
    await theirs.replaceCode('after the reopening')
    await expect.poll(() => ours.codeText()).toBe('after the reopening')
  })

  await test.step('the replay and the history have both', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await openPage(ours.page, `/interviews/${id}/replay`)
    for (const text of [/将面试延长到/, /重新开放了面试间/]) await expect(ours.page.getByText(text).first()).toBeVisible()
    await openPage(desk, `/interviews/${id}`)
    for (const text of ['延长了面试', '重新开放了面试']) await expect(desk.getByText(text, { exact: false }).first()).toBeVisible()
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox()
  if (!box) throw new Error('not visible')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
