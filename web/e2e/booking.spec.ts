// A recruiter offers times, the candidate takes one on a page without an account, and the interviewer is invited.

import type { Browser, Page } from '@playwright/test'
import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { chooseOption } from './showmebug'
import { Member } from './wecom'

/** A Tuesday in 45 to 51 days, when no interview of other tests is; slots lie within 60 days. */
function comingTuesday(): string {
  const day = new Date(Date.now() + 45 * 24 * 3600_000)
  day.setUTCDate(day.getUTCDate() + ((9 - day.getUTCDay()) % 7))
  return day.toISOString().slice(0, 10)
}

const tuesday = comingTuesday()

/** Schedules an interview of the member with another candidate on the Tuesday. */
async function scheduleAt(page: Page, clock: string, userId: string): Promise<void> {
  await page.evaluate(
    async ({ day, clock, userId }) => {
      const request = async (method: string, path: string, body?: unknown) => {
        const response = await fetch(path, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } as RequestInit)
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
        return (await response.json()) as { items: { id: string; name?: string }[] }
      }
      const [positions, candidates] = [await request('GET', '/api/positions'), await request('GET', '/api/candidates')]
      await request('POST', '/api/interviews', {
        title: '系统设计面', positionId: positions.items[0]?.id, candidateId: candidates.items.find(({ name }) => name !== '赵一鸣')?.id, startsAt: `${day}T${clock}:00+08:00`, durationMinutes: 60,
        timeZone: 'Asia/Shanghai', interviewers: [userId], room: { kind: 'builtin' }, overrideWarnings: true,
      })
    },
    { day: tuesday, clock, userId },
  )
}

/** Fills in the form and returns the link of the candidate's page. */
async function offer(page: Page, product: string, clocks: string[], report?: AccessibilityReport): Promise<string> {
  await page.goto(`${product}/interviews/new?day=${tuesday}&clock=09:00`)
  await chooseOption(page, '职位', '后端', /后端工程师/)
  await chooseOption(page, '候选人', '赵一鸣', '赵一鸣')
  await page.getByText('由候选人选择').click()
  await chooseOption(page, '面试官', '周航', /周航/)
  for (const clock of clocks) {
    await page.getByLabel('日期', { exact: true }).fill(tuesday)
    await page.getByLabel('开始时间').fill(clock)
    await page.getByRole('button', { name: '添加时间' }).click()
  }
  await expect(page.getByRole('list', { name: '已添加的可选时间' }).getByRole('listitem')).toHaveCount(clocks.length)
  await report?.check(page, 'the form with slots')
  await page.getByRole('button', { name: '生成预约链接' }).click()
  return page.getByRole('textbox', { name: '候选人预约链接' }).inputValue()
}

async function openAsCandidate(browser: Browser, link: string, timezoneId = 'Asia/Shanghai'): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId })
  const page = await context.newPage()
  await page.goto(link)
  return page
}

test('the candidate books one of the offered times', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()
  const link = await offer(page, demo.product, ['10:00', '14:00', '16:00'], report)
  await expect(page.getByText('候选人还没有打开链接')).toBeVisible()
  await report.check(page, 'an offer')
  await scheduleAt(page, '10:00', 'ZhouHang')
  const candidate = await openAsCandidate(browser, link, 'Europe/Berlin')

  await test.step('the times are in the zone of the candidate, and one is taken', async () => {
    const taken = candidate.getByRole('group', { name: '请选择一个时间' }).getByRole('radio').first()
    await expect(taken).toBeDisabled()
    await expect(candidate.getByText('已被占用')).toBeVisible()
    await candidate.getByText(/^公司时间/).click()
    await expect(candidate.getByRole('radio', { name: /14:00–15:00/ })).toBeEnabled()
    await report.check(candidate, "the candidate's page", ['phone', 'desktop', 'wecom'])
    expect(await candidate.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })

  await test.step('the recruiter sees why', async () => {
    await page.reload()
    await expect(page.getByText('面试官已有面试')).toBeVisible()
    await expect(page.getByText(/周航在 10:00–11:00 有其他面试/)).toBeVisible()
  })

  await test.step('booking, with the keyboard', async () => {
    await candidate.getByRole('radio', { name: /14:00–15:00/ }).focus()
    await candidate.keyboard.press('Space')
    await candidate.getByRole('button', { name: '确认这个时间' }).press('Enter')
    await expect(candidate.getByText('面试时间已确定')).toBeVisible()
    await report.check(candidate, 'a booked time')
    await candidate.reload()
    await candidate.getByRole('link', { name: '打开面试页面' }).click()
    await expect(candidate.getByRole('button', { name: '进入面试' })).toBeVisible()
  })

  await test.step('the recruiter and the interviewer are notified', async () => {
    await page.goto(`${demo.product}/offers`)
    await expect(page.getByRole('row', { name: /赵一鸣/ }).first()).toContainText('已选定')
    await report.check(page, 'the offers')
    await page.getByRole('row', { name: /赵一鸣/ }).first().getByRole('link').click()
    await page.getByRole('link', { name: '查看面试' }).click()
    await expect(page.getByText('14:00–15:00').first()).toBeVisible()
    await recruiter.openChat()
    await expect(recruiter.wecom.getByText('赵一鸣已选定面试时间').first()).toBeVisible()
    const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
    await interviewer.openChat()
    await expect(interviewer.findCard(/面试邀请/, '赵一鸣').first()).toBeVisible()
    await interviewer.close()
  })
  await recruiter.close()
  await candidate.context().close()
  expect(report.faults).toEqual([])
})

test('the candidate asks for another time, and the recruiter offers new ones', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()
  const link = await offer(page, demo.product, ['11:00'])
  const candidate = await openAsCandidate(browser, link)

  await test.step('the request', async () => {
    await candidate.getByRole('button', { name: '申请其他时间' }).click()
    await candidate.getByRole('textbox', { name: '说明您方便的时间或原因' }).fill('当天有考试，下午可以')
    await report.check(candidate, 'a request for another time', ['phone', 'desktop'])
    await candidate.getByRole('button', { name: '提交' }).click()
    await expect(candidate.getByText('已提交申请')).toBeVisible()
  })

  await test.step('the recruiter offers another time from the home page', async () => {
    await page.goto(demo.product)
    const card = page.getByRole('region', { name: '候选人预约待处理' })
    await expect(card).toContainText('当天有考试，下午可以')
    await report.check(page, 'the home page with a request')
    await card.getByRole('link', { name: '查看' }).first().click()
    await page.getByRole('button', { name: '调整可选时间' }).click()
    const dialog = page.getByRole('dialog', { name: '调整可选时间' })
    await dialog.getByRole('button', { name: /^移除/ }).click()
    await dialog.getByLabel('日期', { exact: true }).fill(tuesday)
    await dialog.getByLabel('开始时间').fill('17:00')
    await dialog.getByRole('button', { name: '添加时间' }).click()
    await report.check(page, 'the dialog of slots', ['desktop', 'phone'])
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText(/17:00–18:00/)).toBeVisible()
    await recruiter.openChat()
    await expect(recruiter.wecom.getByText('赵一鸣希望换个面试时间').first()).toBeVisible()
  })

  await test.step('the same link shows it, until the offer is withdrawn', async () => {
    await candidate.reload()
    await expect(candidate.getByRole('radio')).toHaveCount(1)
    await expect(candidate.getByRole('radio', { name: /17:00–18:00/ })).toBeEnabled()
    await page.getByRole('button', { name: '撤回' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click()
    await expect(page.getByText('已撤回').first()).toBeVisible()
    await candidate.reload()
    await expect(candidate.getByText('预约已撤回')).toBeVisible()
    await report.check(candidate, 'a withdrawn offer', ['phone'])
  })
  await recruiter.close()
  await candidate.context().close()
  expect(report.faults).toEqual([])
})
