// The data notice: an administrator changes it, the candidate accepts it before entering, a recruiter sees the consent.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { enterAsCandidate } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAYS_AHEAD = 82

test('data notice and consent', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const report = new AccessibilityReport()
  const page = await administrator.openApp()
  const { id, link } = await scheduleInterview(page, { minutes: DAYS_AHEAD * 24 * 60 })
  const guest = await (await browser.newContext()).newPage()
  const notice = page.getByRole('region', { name: '数据使用说明' })

  await test.step('an administrator writes the notice', async () => {
    await page.goto(`${demo.product}/settings/privacy`)
    await notice.getByRole('textbox', { name: '简体中文' }).fill('我们会记录您写的代码。')
    await notice.getByText('预览（简体中文）').click()
    await expect(notice.getByRole('paragraph').filter({ hasText: '我们会记录您写的代码。' })).toBeVisible()
    await report.check(page, 'data notice', ['desktop', 'phone'])
    await notice.getByRole('button', { name: '保存' }).click()
    await expect(notice.getByText(/林悦于 .* 保存/)).toBeVisible()
  })

  await test.step('the candidate accepts it before entering', async () => {
    await guest.goto(link)
    await expect(guest.getByText('我们会记录您写的代码。')).toBeVisible()
    await guest.getByRole('button', { name: '进入面试' }).click()
    await expect(guest.getByRole('alert')).toHaveText('请先阅读并勾选同意')
    await report.check(guest, 'consent is missing', ['phone'])
    await enterAsCandidate(guest)
    await expect(guest.getByRole('heading', { name: '连接正常，可以按时参加面试' })).toBeVisible()
  })

  await test.step('a recruiter sees the accepted version', async () => {
    await page.goto(`${demo.product}/interviews/${id}`)
    const consent = page.getByRole('region', { name: '候选人同意' })
    await expect(consent.getByText(/同意，第 \d+ 版/)).toBeVisible()
    await consent.getByText('查看文本').click()
    await expect(consent.getByText('我们会记录您写的代码。')).toBeVisible()
    await report.check(page, 'consent of a candidate', ['phone'])
  })

  await test.step('a new version is accepted before the start', async () => {
    await page.goto(`${demo.product}/settings/privacy`)
    await notice.getByRole('button', { name: '填入默认文本' }).click()
    await notice.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('已保存为新版本')).toBeVisible()
    await guest.goto('about:blank')
    await guest.goto(link)
    await expect(guest.getByText('面试间不录音、不录像')).toBeVisible()
    await expect(guest.getByRole('checkbox', { name: '我已阅读并同意' })).not.toBeChecked()
  })
  expect(report.faults).toEqual([])
  await guest.context().close()
  await administrator.close()
})
