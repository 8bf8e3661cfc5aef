// An administrator filters the audit log and exports it.

import { readFile } from 'node:fs/promises'
import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { Member } from './wecom'

test('audit log', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  const report = new AccessibilityReport()
  await page.goto(`${demo.product}/candidates`)
  const created = await page.evaluate(async () => {
    const body = JSON.stringify({ name: '简计', email: 'jian@example.com' })
    return (await fetch('/api/candidates', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })).status
  })
  expect(created).toBe(201)
  await page.goto(`${demo.product}/settings/audit`)
  const table = page.getByRole('table', { name: '审计日志' })
  const type = page.getByRole('combobox', { name: '类型' })

  await test.step('the filters select entries', async () => {
    await expect(table.getByRole('row', { name: /新建候选人.*林悦/ }).first()).toBeVisible()
    await type.selectOption({ label: '候选人' })
    await expect(table.getByRole('row', { name: /安排面试/ })).toHaveCount(0)
    await expect(table.getByRole('row', { name: /新建候选人/ }).first()).toBeVisible()
    await report.check(page, 'audit log')
    await checkWidths(page, 'audit-log')
    const member = page.getByRole('combobox', { name: '操作人' })
    await member.fill('林悦')
    await page.getByRole('option', { name: /林悦/ }).click()
    await expect(table.getByRole('row', { name: /新建候选人.*林悦/ }).first()).toBeVisible()
  })

  await test.step('the export contains the selected entries and is recorded', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: '导出 CSV' }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    expect(file).toContain('时间,userid,姓名,操作')
    expect(file).toContain('LinYue,林悦,candidate.create')
    expect(file).not.toContain('interview.schedule')
    await type.selectOption({ label: '审计' })
    await expect(table.getByRole('row', { name: /导出审计日志/ })).toBeVisible()
  })

  await test.step('the log is compared with its hash chain', async () => {
    await page.getByRole('button', { name: '校验' }).click()
    await expect(page.getByRole('status').filter({ hasText: /没有发现修改、删除或插入|还没有封存的记录/ })).toBeVisible()
    await expect(table.getByRole('row', { name: /校验审计日志/ }).first()).toBeVisible()
    await report.check(page, 'verified audit log')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440)
  })

  await test.step('no entry matches', async () => {
    await page.getByLabel('结束日期').fill('2020-01-01')
    await expect(page.getByText('没有符合条件的记录')).toBeVisible()
    await report.check(page, 'no entry', ['phone'])
  })
  expect(report.faults).toEqual([])
  await administrator.close()
})
