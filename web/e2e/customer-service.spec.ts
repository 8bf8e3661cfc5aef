// A candidate opens the contact link of the interview in WeChat, is welcomed, asks a question, and reads the answer that
// the recruiter gives on the interview's page. WeCom's answers do not depend on the database.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAY = 119 // from today, when no interview of other tests is

test('questions in WeChat', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const report = new AccessibilityReport()
  const desk = await recruiter.openApp()
  await desk.goto(demo.product)
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  const guest = await (await browser.newContext()).newPage()
  const phone = await (await browser.newContext()).newPage()
  const conversation = desk.getByRole('log', { name: '微信对话' })

  await test.step('an administrator sees the account', async () => {
    await openPage(desk, '/settings/wechat')
    await expect(desk.getByLabel('候选人可以在微信里提问')).toBeChecked()
    await expect(desk.getByRole('note').filter({ hasText: '云杉招聘' })).toBeVisible()
    await report.check(desk, 'the settings of customer service', ['desktop', 'phone'])
    await checkWidths(desk, 'wechat-settings')
  })

  const address = await test.step('the candidate finds the link', async () => {
    await guest.goto(link)
    const contact = guest.getByRole('link', { name: '在微信里联系我们' })
    await report.check(guest, 'the page with the contact link', ['phone'])
    await checkWidths(guest, 'wechat-join')
    return (await contact.getAttribute('href')) ?? ''
  })

  await test.step('the link opens customer service in WeChat', async () => {
    await phone.goto(`${demo.wecom}/wechat`)
    await phone.getByRole('textbox', { name: '姓名' }).fill('微信里的候选人')
    await phone.getByRole('button', { name: '新建' }).click()
    await phone.getByRole('button', { name: '扫一扫、打开链接' }).click()
    await phone.getByRole('dialog').getByRole('textbox').fill(address)
    await phone.keyboard.press('Enter')
    await expect(phone.getByRole('heading', { name: '云杉招聘' })).toBeVisible()
    await expect(phone.getByRole('log')).toContainText('打开面试页面')
    await phone.getByRole('textbox', { name: /发送消息给/ }).fill('面试可以用自己的键盘吗？')
    await phone.keyboard.press('Enter')
  })

  await test.step('the recruiter gets the question and answers', async () => {
    const chat = await recruiter.openChat()
    await expect(chat.getByText('面试可以用自己的键盘吗？').last()).toBeVisible()
    await openPage(desk, `/interviews/${id}`)
    await expect(conversation).toContainText('面试可以用自己的键盘吗？')
    await desk.getByRole('textbox', { name: '回复' }).fill('可以，请提前十分钟到。')
    await desk.getByRole('button', { name: '发送到微信' }).click()
    await expect(conversation).toContainText('可以，请提前十分钟到。')
    await expect(phone.getByRole('log')).toContainText('可以，请提前十分钟到。')
    await report.check(desk, 'the conversation', ['desktop', 'phone'])
    await checkWidths(desk, 'wechat-conversation')
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), guest.context().close(), phone.context().close()])
})
