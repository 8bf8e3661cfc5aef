// Trials are started from the operator's page of the demo: people type while a process is killed.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, takeScreenshot } from './layout'

test('typing under faults is started in the browser', async ({ page, demo }) => {
  await page.goto(`${demo.wecom}/operator`)
  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: '故障演练' }).click()
  const trials = await opened
  const form = trials.getByRole('form', { name: '面试间断线演练' })
  await form.getByLabel('面试间数').fill('1')
  await form.getByLabel('每人修改次数').fill('500')
  await expect(trials.getByRole('status')).toHaveText('还没有运行过。')
  await form.getByRole('button', { name: '开始' }).press('Enter')
  await trials.getByRole('button', { name: '停止' }).press('Enter')
  await expect(trials.getByRole('status')).toHaveText('面试间断线演练 · 已停止')
  await form.getByLabel('每人修改次数').fill('20')
  await form.getByRole('button', { name: '开始' }).press('Enter')
  await expect(trials.getByRole('status')).toHaveText('面试间断线演练 · 通过：没有发现问题')
  await expect(trials.getByLabel('进度').last()).toContainText('60 edits')
  const report = new AccessibilityReport()
  await report.check(trials, 'trials', ['desktop', 'phone'])
  await checkWidths(trials, 'trials')
  await takeScreenshot(trials, 'trials')
  expect(report.faults).toEqual([])
})
