// Working hours and free time: an administrator sets the company's hours and a member's days away, a recruiter
// sees why a time does not fit and takes one of the proposed times.

import type { Page } from '@playwright/test'
import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { chooseOption } from './showmebug'
import { Member } from './wecom'

/** A Monday in at least three weeks, when no sample interview is. */
function comingMonday(): string {
  const day = new Date(Date.now() + 21 * 24 * 3600_000)
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7))
  return day.toISOString().slice(0, 10)
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 24 * 3600_000).toISOString().slice(0, 10)
}

const monday = comingMonday()

/** Schedules an interview of ZhouHang on the Monday at 10:00, and removes public holidays and own hours. */
async function prepare(page: Page): Promise<void> {
  await page.evaluate(async (day) => {
    const request = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(path, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } as RequestInit)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { items: { id: string }[] }
    }
    const weekday = (number: number) => ({ weekday: number, start: '09:00', end: '18:00' })
    await request('PUT', '/api/settings/availability', {
      hours: [1, 2, 3, 4, 5].map(weekday), holidays: 'none', days: [], bufferMinutes: 0, dailyLimit: 0, weeklyLimit: 0, version: 0,
    })
    await request('PUT', '/api/members/ChenMo/availability', { timeZone: '', ownHours: false, hours: [], away: [], version: 0 })
    const [positions, candidates] = [await request('GET', '/api/positions'), await request('GET', '/api/candidates')]
    await request('POST', '/api/interviews', {
      title: '系统设计面', positionId: positions.items[0]?.id, candidateId: candidates.items.at(-1)?.id, startsAt: `${day}T10:00:00+08:00`, durationMinutes: 60,
      timeZone: 'Asia/Shanghai', interviewers: ['ZhouHang'], room: { kind: 'builtin' }, overrideWarnings: true,
    })
  }, monday)
}

test('a recruiter sees a busy interviewer and takes a proposed time', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  await prepare(page)
  const panel = page.getByRole('region', { name: '面试官的时间' })

  await test.step('the busy interviewer', async () => {
    await page.goto(`${demo.product}/interviews/new?day=${monday}&clock=10:00`)
    await chooseOption(page, '职位', '后端', /后端工程师/)
    await chooseOption(page, '候选人', '赵一鸣', '赵一鸣')
    await chooseOption(page, '面试官', '周航', /周航/)
    await chooseOption(page, '面试官', '陈默', /陈默/)
    await expect(panel.getByRole('status')).toContainText('周航在 10:00–11:00 有其他面试：系统设计面。')
    await expect(panel.getByRole('listitem').filter({ hasText: '陈默' })).toContainText('工作时间 09:00–18:00。 没有面试。')
    await expect(panel.getByRole('listitem').filter({ hasText: '周航' }).first()).toContainText('面试：10:00–11:00 系统设计面。')
    const report = new AccessibilityReport()
    await report.check(page, 'free time of interviewers')
    expect(report.faults).toEqual([])
  })

  await test.step('a proposed time, with the keyboard', async () => {
    const slot = panel.getByRole('group', { name: '下一批共同空闲时间' }).getByRole('button', { name: /12:00/ }).first()
    await slot.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('开始时间')).toHaveValue('12:00')
    await expect(slot).toHaveAttribute('aria-pressed', 'true')
    await expect(panel.getByRole('status')).toBeEmpty()
    await page.getByRole('button', { name: '安排面试' }).click()
    await expect(page.getByText('12:00–13:00').first()).toBeVisible()
  })

  await test.step('an interview does not conflict with its own time', async () => {
    await page.getByRole('link', { name: '修改' }).click()
    await expect(panel.getByRole('listitem').filter({ hasText: '陈默' })).toContainText('没有面试')
    await expect(panel.getByRole('status')).toBeEmpty()
    await page.getByLabel('开始时间').fill('10:30')
    await expect(panel.getByRole('status')).toContainText('周航在 10:00–11:00 有其他面试')
    await page.getByLabel('开始时间').fill('19:00')
    await expect(panel.getByRole('status')).toContainText('不在陈默的工作时间内。')
  })
  await recruiter.close()
})

test('an administrator sets working hours, own days and days away', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  await prepare(page)
  await page.goto(`${demo.product}/settings`)
  await page.getByRole('link', { name: '工作时间' }).click()
  const company = page.getByRole('region', { name: '企业工作时间' })
  const report = new AccessibilityReport()

  await test.step("the company's hours and days", async () => {
    await company.getByLabel('周一 第 1 段开始').fill('13:00')
    await company.getByRole('checkbox', { name: '周六' }).check()
    await company.getByRole('combobox', { name: '面试间隔' }).selectOption({ label: '15 分钟' })
    await company.getByRole('button', { name: '添加日期' }).click()
    await company.getByLabel('日期', { exact: true }).fill(dayAfter(monday))
    await company.getByRole('textbox', { name: '名称' }).fill('公司日')
    await report.check(page, 'working hours')
    await company.getByRole('button', { name: '保存' }).click()
    await expect(page.getByRole('status').filter({ hasText: '工作时间已保存' }).first()).toBeAttached()
    await page.reload()
    await expect(company.getByLabel('周一 第 1 段开始')).toHaveValue('13:00')
    await expect(company.getByRole('textbox', { name: '名称' })).toHaveValue('公司日')
  })

  await test.step('an error is shown beside the hours', async () => {
    await company.getByRole('button', { name: '为周二添加时段' }).click()
    await company.getByLabel('周二 第 2 段开始').fill('10:00')
    await company.getByRole('button', { name: '保存' }).click()
    await expect(company.getByText('与另一段工作时间重叠')).toBeVisible()
    await company.getByRole('button', { name: '移除周二第 2 段' }).click()
  })

  await test.step("a member's days away", async () => {
    await chooseOption(page, '成员', '陈默', /陈默/)
    const dialog = page.getByRole('dialog', { name: '陈默的工作时间' })
    await dialog.getByRole('button', { name: '添加不在的日期' }).click()
    await dialog.getByLabel('开始日期').fill(monday)
    await dialog.getByRole('checkbox', { name: '使用自己的工作时间' }).check()
    await report.check(page, "a member's working hours", ['desktop', 'phone'])
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(dialog).toBeHidden()
  })

  await test.step('the form of an interview follows', async () => {
    await page.goto(`${demo.product}/interviews/new?day=${monday}&clock=10:00`)
    await chooseOption(page, '面试官', '陈默', /陈默/)
    const panel = page.getByRole('region', { name: '面试官的时间' })
    await expect(panel.getByRole('status')).toContainText('陈默这天不在。')
    await page.getByLabel('日期').fill(dayAfter(monday))
    await expect(panel.getByRole('status')).toContainText('陈默这天放假（公司日）。')
  })
  await prepare(page)
  await administrator.close()
  expect(report.faults).toEqual([])
})
