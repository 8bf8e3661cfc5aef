// An administrator sees the smart bot in the settings; a recruiter asks it in a single chat and in a group of
// WeCom. Its answers do not depend on the database.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { Member } from './wecom'

test('the smart bot in WeCom', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const report = new AccessibilityReport()
  const chat = await (await browser.newContext()).newPage()
  const log = chat.getByRole('log')
  const ask = async (text: string) => {
    const box = chat.getByRole('textbox', { name: /发送消息给/ })
    await box.press('End')
    await box.pressSequentially(text)
    await box.press('Enter')
  }

  await test.step('the bot welcomes a member and answers taps and questions', async () => {
    await chat.goto(`${demo.wecom}/?as=LinYue#/chats/b-aib-huimian-demo`)
    await expect(chat.getByRole('heading', { name: '面试助手' })).toBeVisible()
    await log.getByRole('button', { name: '待写评价' }).click()
    await expect(log.getByRole('article', { name: '面试助手' }).nth(1)).toContainText('评价')
    await ask('帮助')
    await expect(log.getByRole('listitem').filter({ hasText: '候选人姓名：查看相关面试' })).toBeVisible()
    await checkWidths(chat, 'smart-bot-chat')
  })

  await test.step('in a group, the reply has a link and no interview', async () => {
    await chat.goto(`${demo.wecom}/?as=LinYue#/chats/b-aib-huimian-demo:wrRecruiting`)
    await expect(chat.getByRole('heading', { name: '招聘协作群 (5)' })).toBeVisible()
    await ask('评价')
    const reply = log.getByRole('article', { name: '面试助手' })
    await expect(reply).toContainText('这里不显示面试内容')
    await expect(reply.getByRole('link', { name: '在会面中查看' })).toBeVisible()
    await checkWidths(chat, 'smart-bot-group')
  })

  await test.step('the settings have the callback URL and the last message', async () => {
    const desk = await recruiter.openApp()
    await openPage(desk, '/settings/smart-bot')
    await expect(desk.getByText(/\/wecom\/bot\/ww/)).toBeVisible()
    await expect(desk.getByLabel('机器人回答成员的问题')).toBeChecked()
    await expect(desk.getByRole('note').filter({ hasText: '上次收到消息' })).toBeVisible()
    await report.check(desk, 'the settings of the smart bot', ['desktop', 'phone'])
    await checkWidths(desk, 'smart-bot-settings')
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), chat.context().close()])
})
