// An administrator turns result mails on; a recruiter decides, checks the mail and schedules it, changes the decision, and
// the candidate gets the mail of the second decision.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAYS_AHEAD = 99

test('the mail with the result', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()
  const drawer = page.getByRole('dialog', { name: '给乔思远的结果邮件' })
  const card = page.getByRole('region', { name: '面试结论' })
  const decisions = page.getByRole('radiogroup', { name: '面试结论' })

  await test.step('the company turns it on', async () => {
    await openPage(page, '/settings/mail')
    await page.getByText('招聘人员可以给候选人发送结果邮件').click()
    await expect(page.getByLabel('默认发送时间')).toHaveValue('workday')
    await report.check(page, 'the settings of result mails', ['desktop', 'phone'])
    await checkWidths(page, 'settings')
    await page.getByRole('region', { name: '面试结果' }).getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('设置已保存')).toBeVisible()
  })

  await test.step('a decision with a mail, which is checked before it is scheduled', async () => {
    const { id } = await scheduleInterview(page, { minutes: DAYS_AHEAD * 24 * 60, newCandidate: { name: '乔思远', email: 'qiao.siyuan@example.com' } })
    await page.evaluate(async (path) => {
      for (const step of ['start', 'end']) await fetch(`${path}/${step}`, { method: 'POST' })
    }, `/api/interviews/${id}`)
    await openPage(page, `/interviews/${id}`)
    await decisions.getByText('待定', { exact: true }).click()
    await expect(page.getByText('给候选人发送结果邮件')).toBeHidden()
    await decisions.getByText('录用', { exact: true }).click()
    await page.getByText('给候选人发送结果邮件').click()
    await page.getByRole('button', { name: '保存结论' }).click()
    await expect(drawer.getByLabel('正文')).toHaveValue(/乔思远，您好：[^]*您已通过本次面试/)
    await expect(drawer.getByLabel('发送时间').locator('option:checked')).toHaveText(/下个工作日（.*10:00）/)
    await report.check(page, 'a result mail', ['desktop', 'phone', 'wecom'])
    await checkWidths(page, 'dialog')
    await drawer.getByRole('button', { name: '安排发送' }).click()
    await expect(card.getByText('待发送')).toBeVisible()
    await report.check(page, 'a scheduled result mail', ['desktop', 'phone', 'wecom'])
    await checkWidths(page, 'scheduled')
  })

  await test.step('another decision cancels it, and its own mail is sent', async () => {
    await page.getByRole('button', { name: '修改结论' }).click()
    await decisions.getByText('不录用', { exact: true }).click()
    await page.getByRole('button', { name: '保存结论' }).click()
    await expect(card.getByText('结论已修改，这封邮件已自动取消。')).toBeVisible()
    await page.getByRole('button', { name: '写结果邮件' }).press('Enter')
    await drawer.getByLabel('发送时间').selectOption('now')
    await drawer.getByLabel('主题').fill('')
    await drawer.getByRole('button', { name: '立即发送' }).click()
    await expect(drawer.getByText('请填写').first()).toBeVisible()
    await drawer.getByLabel('主题').fill('面试结果：谢谢参加')
    await drawer.getByRole('button', { name: '立即发送' }).click()
    await expect(card.getByText('已发送', { exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: '写结果邮件' })).toBeHidden()
    const mailbox = await (await browser.newContext({ locale: 'zh-CN' })).newPage()
    await expect(async () => {
      await mailbox.goto(`${demo.wecom}/mailbox`)
      await expect(mailbox.getByText('面试结果：谢谢参加').first()).toBeVisible({ timeout: 1000 })
    }).toPass({ timeout: 30_000 })
    await expect(mailbox.getByText('云杉科技面试结果').first()).toBeHidden()
    await mailbox.context().close()
  })
  expect(report.faults).toEqual([])
  await recruiter.close()
})
