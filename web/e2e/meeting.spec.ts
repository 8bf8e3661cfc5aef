// The schedule and the meeting of an interview in WeCom: scheduled with a WeCom meeting, answered in the
// calendar, joined from the interview's page, the room and the candidate's page.

import { expect, test } from './demo'
import { chooseOption, interviewFacts } from './showmebug'
import { Member } from './wecom'

test('an interview is in the calendar of WeCom and has a meeting', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const desk = await recruiter.openApp()
  const day = new Date(Date.now() + 20 * 24 * 3600_000).toISOString().slice(0, 10)
  let candidateLink = ''

  await test.step('the recruiter schedules an interview with a WeCom meeting', async () => {
    await desk.goto(`${demo.product}/interviews/new?day=${day}&clock=19:00`)
    await chooseOption(desk, '职位', '后端', /后端工程师/)
    await chooseOption(desk, '候选人', '赵一鸣', '赵一鸣')
    await chooseOption(desk, '面试官', '周航', /周航/)
    await desk.getByRole('radiogroup', { name: '音视频会议' }).getByText('企业微信会议').click()
    await desk.getByRole('button', { name: '安排面试' }).click()
    await expect(interviewFacts(desk).getByRole('link', { name: '加入会议' })).toHaveAttribute('href', /\/meeting\/\d+/)
    candidateLink = await desk.getByRole('textbox', { name: '链接地址' }).inputValue()
  })

  await test.step('the link is shown again', async () => {
    await desk.reload()
    await desk.evaluate(() => window.history.replaceState(null, ''))
    await desk.goto(desk.url())
    await desk.getByRole('button', { name: '显示链接' }).click()
    await expect(desk.getByRole('textbox', { name: '链接地址' })).toHaveValue(candidateLink)
  })

  await test.step('the interviewer accepts in the calendar', async () => {
    await interviewer.wecom.getByRole('link', { name: '日程' }).click()
    const entry = interviewer.wecom.getByRole('article').filter({ hasText: '赵一鸣' }).filter({ hasText: '企业微信会议' }).last()
    await expect(entry).toContainText('加入会议')
    await entry.getByRole('button', { name: '接受' }).click()
    await expect(async () => {
      await desk.reload() // the page refreshes itself every 15 seconds
      await expect(desk.getByRole('region', { name: '面试官' }).getByText('已接受')).toBeVisible({ timeout: 1000 })
    }).toPass()
  })

  await test.step('the room and the page of the candidate lead to the meeting', async () => {
    const candidate = await browser.newPage()
    await candidate.goto(candidateLink)
    await expect(candidate.getByRole('link', { name: '加入会议' })).toHaveAttribute('href', /\/meeting\/\d+/)
    await candidate.close()
    await desk.getByRole('link', { name: '进入面试间' }).click()
    await expect(desk.getByRole('banner').getByRole('link', { name: '加入会议' })).toBeVisible()
    await desk.goBack()
  })

  await test.step('a cancelled interview leaves the calendar', async () => {
    await desk.getByRole('button', { name: '取消面试' }).click()
    await desk.getByRole('dialog').getByRole('button', { name: '取消面试' }).click()
    await expect(desk.getByText('这场面试已取消').first()).toBeVisible()
    const history = desk.getByRole('region', { name: '变更历史' }).getByRole('listitem')
    await expect(history).toContainText([/林悦 取消了面试/, /周航 接受了邀请/, /林悦 安排了面试/])
    await expect(interviewer.wecom.getByRole('article').filter({ hasText: '赵一鸣' }).filter({ hasText: '企业微信会议' }).last()).toContainText('已取消')
  })
  await recruiter.close()
  await interviewer.close()
})

test('an administrator changes the settings of calendar and meetings', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  await page.goto(`${demo.product}/settings/rooms`)
  const card = page.getByRole('region', { name: '日程与会议' })
  const calendar = card.getByRole('checkbox', { name: '将面试写入企业微信日程' })
  await expect(calendar).toBeChecked()
  await card.getByText('企业微信会议').click()
  await expect(page.getByRole('status').filter({ hasText: '日程与会议设置已保存' }).first()).toBeAttached()
  await page.goto(`${demo.product}/interviews/new`)
  await expect(page.getByRole('radiogroup', { name: '音视频会议' }).getByRole('radio', { name: '企业微信会议' })).toBeChecked()
  await page.goto(`${demo.product}/settings/rooms`)
  await card.getByText('不创建').click()
  await expect(card.getByRole('radio', { name: '不创建' })).toBeChecked()
  await administrator.close()
})
