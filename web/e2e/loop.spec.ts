// A recruiter plans two rounds of a candidate on one day, moves both and cancels them.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { chooseOption } from './showmebug'
import { Member } from './wecom'

/** A Wednesday in 100 to 106 days, when no interview of other tests is. */
function comingWednesday(): string {
  const day = new Date(Date.now() + 100 * 24 * 3600_000)
  day.setUTCDate(day.getUTCDate() + ((10 - day.getUTCDay()) % 7))
  return day.toISOString().slice(0, 10)
}

test('two rounds are planned, moved and cancelled together', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()

  await test.step('the plan', async () => {
    await page.goto(`${demo.product}/interviews`)
    await page.getByRole('link', { name: '安排多轮面试' }).click()
    await expect(page.getByRole('heading', { name: '安排多轮面试' })).toBeVisible() // the list has a choice of positions, too
    await chooseOption(page, '职位', '后端', /后端工程师/)
    await chooseOption(page, '候选人', '赵一鸣', '赵一鸣')
    const first = page.getByRole('region', { name: '第 1 轮', exact: true })
    await first.getByRole('combobox', { name: '面试官', exact: true }).fill('周航')
    await first.getByRole('option', { name: /周航/ }).first().click()
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: '第 2 轮', exact: true }).getByLabel('从面试官池选').selectOption('1')
    await page.getByLabel('日期').fill(comingWednesday())
    await page.getByRole('button', { name: '查找时间' }).click()
    const plans = page.getByRole('region', { name: '可选方案' })
    await expect(plans.getByRole('listitem').first()).toContainText('周航')
    await expect(plans.getByRole('listitem').first()).toContainText('09:00')
    await report.check(page, 'the proposed plans', ['desktop', 'phone'])
    await plans.getByRole('button', { name: /^安排：/ }).first().click()
    await expect(page.getByText('已安排 2 轮面试')).toBeVisible()
  })

  const rounds = page.getByRole('region', { name: '当天第 1 轮，共 2 轮' })
  await test.step('both rounds move', async () => {
    await expect(rounds.getByRole('listitem')).toHaveCount(2)
    await expect(rounds.getByRole('link', { name: /第 2 轮/ })).toBeVisible()
    await report.check(page, 'an interview of a loop', ['phone'])
    await rounds.getByRole('button', { name: '整体改期' }).click()
    const dialog = page.getByRole('dialog', { name: '整体改期' })
    await dialog.getByLabel('时间').fill('14:00')
    await report.check(page, 'the dialog of a move', ['phone'])
    await dialog.getByRole('button', { name: '改期', exact: true }).click()
    await expect(dialog).toBeHidden()
    await expect(rounds.getByRole('listitem').first()).toContainText('14:00')
    await expect(rounds.getByRole('listitem').last()).toContainText('15:15')
  })

  await test.step('both rounds are cancelled', async () => {
    await rounds.getByRole('button', { name: '取消其余各轮' }).click()
    await page.getByRole('dialog', { name: '取消其余各轮？' }).getByRole('button', { name: '取消其余各轮' }).click()
    await expect(rounds.getByRole('button', { name: '取消其余各轮' })).toHaveCount(0)
    await rounds.getByRole('link', { name: /第 2 轮/ }).click()
    await expect(page.getByText('这场面试已取消')).toBeVisible()
  })
  await recruiter.close()
  expect(report.faults).toEqual([])
})
