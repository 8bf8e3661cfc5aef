// An interviewer asks for today's interviews with the menu, and announces a delay on the page; the candidate sees it
// in the lobby until the interviewer enters.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { enterAsCandidate, Room } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

test('a late interviewer', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const report = new AccessibilityReport()
  const desk = await recruiter.openApp()
  await desk.goto(demo.product)
  const { id, link } = await scheduleInterview(desk, { minutes: 14 })
  const page = await interviewer.openApp()
  const guest = await (await browser.newContext()).newPage()

  await test.step('the menu is answered in the chat', async () => {
    const chat = await interviewer.openChat()
    await interviewer.wecom.getByRole('button', { name: '待写评价' }).click()
    await expect(chat.getByText(/待您提交的评价/).last()).toBeVisible()
  })

  await test.step('the candidate sees the delay in the lobby', async () => {
    await openPage(page, `/interviews/${id}`)
    await report.check(page, 'the offer to announce a delay', ['phone'])
    await page.getByRole('button', { name: '晚到 10 分钟' }).click()
    await expect(page.getByRole('note').filter({ hasText: '周航将晚到约 10 分钟' })).toBeVisible()
    await guest.goto(link)
    await enterAsCandidate(guest)
    await expect(guest.getByText(/面试官会晚到约 10 分钟/)).toBeVisible()
    await report.check(guest, 'the lobby with a delay', ['desktop', 'phone'])
    await openPage(desk, `/interviews/${id}`)
    await expect(desk.getByRole('note').filter({ hasText: '周航将晚到约 10 分钟' })).toBeVisible()
    await expect(desk.getByText('告知会晚到')).toBeVisible()
    await checkWidths(page, 'interviewer')
    await checkWidths(guest, 'candidate')
  })

  await test.step('the delay ends when the interviewer enters', async () => {
    await openPage(page, `/room/${id}`)
    await new Room(page).waitUntilConnected()
    await expect(desk.getByRole('note').filter({ hasText: '周航将晚到约 10 分钟' })).toHaveCount(0)
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})
