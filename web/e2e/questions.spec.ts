// A question is written, shown in an interview, changed, compared and restored. The interview keeps the
// version that its room has shown, and the candidate receives no part for interviewers.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { admitCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

const title = '最长递增子序列'
const secret = '贪心加二分'

test('versions of a question', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()

  await test.step('the recruiter writes a question with a hint and previews it', async () => {
    await openPage(desk, '/questions')
    await desk.getByRole('button', { name: '新建题目' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('textbox', { name: '题目', exact: true }).fill(title)
    await dialog.getByRole('textbox', { name: '题目内容' }).fill('第一行\n\n**旧的**要求 <b>原样</b>')
    await dialog.getByText('预览', { exact: true }).click()
    await expect(dialog.locator('.hm-preview strong')).toHaveText('旧的')
    await expect(dialog.locator('.hm-preview b')).toHaveCount(0)
    await dialog.getByRole('button', { name: '添加提示' }).click()
    await dialog.getByRole('textbox', { name: '提示 1' }).fill(secret)
    await dialog.getByRole('textbox', { name: '预计时长' }).fill('30')
    await report.check(desk, 'editor of a question')
    await checkWidths(desk, 'editor')
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(desk.getByRole('dialog')).toHaveCount(0)
  })

  const { id, link } = await scheduleInterview(desk, { question: title })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('the candidate gets the question without the hint', async () => {
    await admitCandidate(ours, theirs, { id, link })
    await ours.page.getByRole('combobox', { name: '题目' }).selectOption({ label: title })
    await ours.page.getByRole('button', { name: '展示给候选人' }).click()
    await expect(guest.getByText('旧的')).toBeVisible()
    await ours.page.getByText('提示 1').click()
    await expect(ours.page.getByText(secret)).toBeVisible()
    expect(theirs.received.filter((frame) => frame.includes(secret))).toEqual([])
  })

  await test.step('a change is a version, and the interview keeps the earlier one', async () => {
    await openPage(desk, '/questions')
    await rowAction(desk, '编辑')
    await desk.getByRole('dialog').getByRole('textbox', { name: '题目内容' }).fill('第一行\n\n新的要求')
    await desk.getByRole('dialog').getByRole('button', { name: '保存' }).click()
    await expect(desk.getByRole('dialog')).toHaveCount(0)
    await openPage(desk, `/interviews/${id}`)
    await expect(desk.getByText('面试中使用第 1 版，题库里已有更新的版本')).toBeVisible()
    await desk.getByRole('button', { name: title }).click()
    await expect(desk.getByRole('dialog').getByText('旧的')).toBeVisible()
    await desk.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
  })

  await test.step('versions are compared and restored', async () => {
    await openPage(desk, '/questions')
    await rowAction(desk, '版本')
    const dialog = desk.getByRole('dialog')
    await expect(dialog.getByText('修改了：题目内容')).toBeVisible()
    await dialog.getByRole('button', { name: '与当前版本比较' }).click()
    await expect(dialog.locator('ins')).toHaveText(/新的要求/)
    await expect(dialog.locator('del')).toHaveText(/旧的/)
    await report.check(desk, 'versions of a question')
    await checkWidths(desk, 'versions')
    await dialog.getByRole('button', { name: '恢复' }).click()
    await desk.getByRole('dialog', { name: '恢复第 1 版？' }).getByRole('button', { name: '恢复' }).click()
    await expect(dialog.getByText('恢复自第 1 版')).toBeVisible()
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

async function rowAction(page: Page, name: string): Promise<void> {
  await page.getByRole('row', { name: new RegExp(title) }).getByRole('button', { name, exact: true }).click()
}
