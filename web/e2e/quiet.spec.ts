// A member turns reminders off and sets own quiet hours: an invitation waits, and the message log shows until when. An
// administrator sets the company's quiet hours, to a time that is not now: the other specs use the same company.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { Member } from './wecom'

/** The time in Shanghai so many hours from now. */
async function shanghaiTime(page: Page, hours: number): Promise<string> {
  return page.evaluate(
    (ahead) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' }).format(Date.now() + ahead * 3_600_000),
    hours,
  )
}

async function saveCard(page: Page, title: string): Promise<void> {
  const card = page.getByRole('region', { name: title })
  await card.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('通知设置已保存').last()).toBeVisible()
  await expect(card.getByRole('button', { name: '保存' })).toBeDisabled()
}

/** Schedules an interview in 120 days. */
async function scheduleLater(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const request = async (path: string, body?: unknown) => {
      const init = body ? { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}
      return (await (await fetch(path, init)).json()) as { id: string; items: { id: string }[] }
    }
    const [positions, candidates] = [await request('/api/positions'), await request('/api/candidates')]
    const interview = await request('/api/interviews', {
      title: '数据工程师 · 一面', positionId: positions.items[0]?.id, candidateId: candidates.items[0]?.id, round: 1,
      startsAt: new Date(Date.now() + 120 * 24 * 3_600_000).toISOString(), durationMinutes: 60, timeZone: 'Asia/Shanghai',
      interviewers: ['MaChao'], room: { kind: 'builtin' }, questionIds: [], note: '', overrideWarnings: true,
    })
    return interview.id
  })
}

test('muted messages and quiet hours', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'MaChao', '马超')
  const report = new AccessibilityReport()
  const desk = await recruiter.openApp()
  const page = await interviewer.openApp()

  await test.step('the interviewer turns reminders off and sets quiet hours', async () => {
    await openPage(page, '/settings/notifications')
    await expect(page.getByRole('region', { name: '企业的通知设置' })).toHaveCount(0)
    await page.getByLabel('面试开始前的提醒').uncheck()
    await page.getByLabel('免打扰时段').selectOption('own')
    await page.getByLabel('开始', { exact: true }).fill(await shanghaiTime(page, -1))
    await page.getByLabel('结束', { exact: true }).fill(await shanghaiTime(page, 3))
    await saveCard(page, '我的通知')
    await page.reload()
    await expect(page.getByLabel('面试开始前的提醒')).not.toBeChecked()
    await expect(page.getByLabel('工作日早上的汇总')).toBeChecked()
    await report.check(page, 'own notifications', ['desktop', 'phone'])
    await checkWidths(page, 'own')
  })

  await test.step('the administrator sets quiet hours of the company', async () => {
    await openPage(desk, '/settings/notifications')
    const company = desk.getByRole('region', { name: '企业的通知设置' })
    await company.getByLabel('启用免打扰时段').check()
    await company.getByLabel('开始', { exact: true }).fill(await shanghaiTime(desk, 5))
    await company.getByLabel('结束', { exact: true }).fill(await shanghaiTime(desk, 5))
    await company.getByRole('button', { name: '保存' }).click()
    await expect(company.getByText('免打扰时段不能为空，最长 16 小时。')).toBeVisible()
    await company.getByLabel('结束', { exact: true }).fill(await shanghaiTime(desk, 7))
    await saveCard(desk, '企业的通知设置')
    await report.check(desk, 'notifications of the company', ['desktop', 'phone'])
    await checkWidths(desk, 'company')
    await company.getByLabel('启用免打扰时段').uncheck()
    await saveCard(desk, '企业的通知设置')
  })

  await test.step('the message log shows the deferred invitation, which is sent before its time', async () => {
    const id = await scheduleLater(desk)
    await openPage(desk, '/messages')
    const row = desk.getByRole('row').filter({ has: desk.locator(`a[href="/interviews/${id}"]`) }).filter({ hasText: '马超' })
    await expect(row.getByText(/将于 .+ 发送/)).toBeVisible()
    await expect(row.getByText('现在是收件人的免打扰时段')).toBeVisible()
    await report.check(desk, 'a deferred message', ['phone'])
    await checkWidths(desk, 'log')
    await row.getByRole('button', { name: '立即发送' }).click()
    await expect(row.getByText(/将于 .+ 发送/)).toHaveCount(0)
  })

  await page.getByLabel('面试开始前的提醒').check()
  await page.getByLabel('免打扰时段').selectOption('company')
  await saveCard(page, '我的通知')
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close()])
})
