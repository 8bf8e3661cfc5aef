// Recruiters read the figures of all interviews and the interviews behind them, interviewers their own.

import { readFile } from 'node:fs/promises'
import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { Member } from './wecom'

test('insight', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()

  await test.step('the charts have definitions and tables, and no width cuts the page', async () => {
    await page.getByRole('navigation').getByRole('link', { name: '洞察' }).click()
    await expect(page.getByRole('heading', { level: 1, name: '洞察' })).toBeVisible()
    await expect(page.getByRole('img', { name: '每周面试的图表，数值见表格' }).locator('svg')).toBeVisible()
    await checkWidths(page, 'insight')
  })

  await test.step('a figure leads to its interviews, a table to its file', async () => {
    const card = page.getByRole('region', { name: '面试官工作量' })
    await card.getByText('表格', { exact: true }).click()
    const row = card.getByRole('row', { name: /周航/ })
    await row.getByRole('button').first().click()
    const drawer = page.getByRole('dialog', { name: '已举行的面试' })
    await expect(drawer.getByRole('listitem').first()).toBeVisible()
    await report.check(page, 'insight with rows', ['desktop'])
    await page.keyboard.press('Escape')
    const download = page.waitForEvent('download')
    await card.getByRole('link', { name: '导出面试官工作量（CSV）' }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    expect(file).toContain('userid,姓名,已举行')
    expect(file).toContain('周航')
  })

  await test.step('an interviewer reads the own figures only', async () => {
    const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
    const own = await interviewer.openApp()
    await own.goto(`${demo.product}/insight`)
    await expect(own.getByText('您参加的面试，只有您和招聘人员能看到')).toBeVisible()
    await expect(own.getByRole('region', { name: '面试官工作量' })).toHaveCount(0)
    await own.getByRole('button', { name: /^已举行: / }).click()
    await expect(own.getByRole('dialog', { name: '已举行的面试' }).getByRole('listitem').first()).toBeVisible()
    await own.keyboard.press('Escape')
    await report.check(own, 'own insight', ['phone'])
    expect(await own.evaluate(async () => [(await fetch('/api/insight')).status, (await fetch('/api/insight/rows?figure=held&interviewer=ChenMo')).status])).toEqual([403, 403])
    await interviewer.close()
  })
  await recruiter.close()
  expect(report.faults).toEqual([])
})
