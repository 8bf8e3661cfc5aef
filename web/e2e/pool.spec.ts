// A recruiter edits the pool of a position and schedules with its proposal. The interviewer declines by card,
// another member of the pool accepts by card, and the page of the interview shows the new interviewer.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { chooseOption } from './showmebug'
import { Member } from './wecom'

/** A Wednesday in 60 to 66 days, when no interview of other tests is. */
function comingWednesday(): string {
  const day = new Date(Date.now() + 60 * 24 * 3600_000)
  day.setUTCDate(day.getUTCDate() + ((10 - day.getUTCDay()) % 7))
  return day.toISOString().slice(0, 10)
}

/** A day as cards have it. */
function chineseDay(day: string): string {
  const [, month, date] = day.split('-').map(Number)
  return `${month}月${date}日`
}

test('a member of the pool replaces an interviewer who has declined', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()

  await test.step('the pool', async () => {
    await page.goto(`${demo.product}/positions`)
    await page.getByRole('button', { name: '编辑高级后端工程师的面试官池' }).click()
    const editor = page.getByRole('dialog', { name: '高级后端工程师的面试官池' })
    await expect(editor.getByRole('list', { name: '池中的面试官' }).getByRole('listitem').first()).toContainText('陈默')
    await chooseOption(page, '添加面试官', '高飞', /高飞/)
    await editor.getByRole('textbox', { name: '高飞的标签' }).fill('测试，自动化')
    await editor.getByRole('button', { name: '移除陈默' }).click()
    await report.check(page, 'the pool editor', ['desktop', 'phone'])
    await editor.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('面试官池已保存')).toBeVisible()
    await expect(editor).toBeHidden()
  })

  await test.step('an interviewer from the proposal', async () => {
    await page.goto(`${demo.product}/interviews/new?day=${comingWednesday()}&clock=10:00`)
    await chooseOption(page, '职位', '后端', /后端工程师/)
    await chooseOption(page, '候选人', '赵一鸣', '赵一鸣')
    const proposal = page.getByRole('region', { name: '面试官池推荐' })
    await expect(proposal.getByRole('listitem').filter({ hasText: '高飞' })).toContainText('自动化')
    await expect(proposal).toContainText('该时段空闲')
    await expect(proposal).not.toContainText('马超') // a shadow, before a trained interviewer is chosen
    await proposal.getByRole('button', { name: '添加周航' }).click()
    await expect(page.getByRole('list', { name: '已选面试官' })).toContainText('周航')
    await expect(proposal).toContainText('马超')
    await report.check(page, 'the form with a proposal', ['desktop', 'phone'])
    await page.getByRole('button', { name: '安排面试' }).click()
    await expect(page.getByText('等待接替')).toHaveCount(0)
    await expect(page.getByRole('region', { name: '接替面试官' })).toBeVisible()
  })

  const [declining, accepting] = [await Member.open(browser, demo, 'ZhouHang', '周航'), await Member.open(browser, demo, 'GaoFei', '高飞')]
  await test.step('one declines, another accepts', async () => {
    await declining.openChat()
    await declining.findCard(/面试邀请/, '赵一鸣', chineseDay(comingWednesday())).getByRole('button', { name: '无法参加' }).click()
    await accepting.openChat()
    const card = accepting.findCard(/能否接替周航面试/, '赵一鸣')
    await expect(card).toBeVisible()
    await page.reload()
    await expect(page.getByText('等待接替')).toBeVisible()
    await report.check(page, 'an interview with a request', ['desktop', 'phone'])
    await card.getByRole('button', { name: '接受' }).click()
    await expect(accepting.wecom.getByText('已接受，由您面试').last()).toBeVisible()
  })

  await test.step('the page shows the new interviewer', async () => {
    await expect(page.getByText('由高飞接替。')).toBeVisible({ timeout: 30_000 })
    await page.reload()
    const interviewers = page.getByRole('region', { name: '面试官', exact: true })
    await expect(interviewers).toContainText('高飞')
    await expect(interviewers).not.toContainText('周航')
    await recruiter.openChat()
    await expect(recruiter.wecom.getByText('高飞接替周航面试').first()).toBeVisible()
  })
  await Promise.all([recruiter.close(), declining.close(), accepting.close()])
  expect(report.faults).toEqual([])
})
