// An administrator reads the state of the installation, and runs the checks of huimian doctor.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { Member } from './wecom'

test('system status', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  const report = new AccessibilityReport()
  await page.goto(`${demo.product}/settings`)

  await test.step('the state has a sentence for each part, with what to do', async () => {
    await page.getByRole('navigation', { name: '设置' }).getByRole('link', { name: '系统状态' }).click()
    const table = page.getByRole('table', { name: '系统状态' })
    await expect(table.getByRole('row', { name: /数据库.*正常.*可读写/ })).toBeVisible()
    await expect(table.getByRole('row', { name: /企业微信.*正常.*最近一次调用成功/ }).first()).toBeVisible()
    await expect(table.getByRole('row', { name: /备份.*注意.*没有设置定时备份.*HUIMIAN_BACKUP_DIR/ })).toBeVisible()
    await expect(page.getByText(/\d 项需要处理/).first()).toBeVisible()
    await report.check(page, 'system status')
    await checkWidths(page, 'system-status')
  })

  await test.step('all checks run by keyboard', async () => {
    await page.getByRole('button', { name: '运行全部检查' }).focus()
    await page.keyboard.press('Enter')
    const checks = page.getByRole('table', { name: '全部检查' })
    await expect(checks.getByRole('row', { name: /Secret.*正常/ })).toBeVisible({ timeout: 60_000 })
    await expect(checks.getByRole('row', { name: /接收消息.*正常/ })).toBeVisible()
    await report.check(page, 'all checks', ['phone'])
  })

  await test.step('recruiters have no access', async () => {
    const recruiter = await Member.open(browser, demo, 'ChenMo', '陈默')
    const other = await recruiter.openApp()
    await other.goto(`${demo.product}/settings`)
    await expect(other.getByRole('link', { name: '通用' })).toBeVisible()
    await expect(other.getByRole('link', { name: '系统状态' })).toHaveCount(0)
    expect(await other.evaluate(async () => (await fetch('/api/system/status')).status)).toBe(403)
    await recruiter.close()
  })
  expect(report.faults).toEqual([])
  await administrator.close()
})
