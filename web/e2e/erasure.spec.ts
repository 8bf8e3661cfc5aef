// An administrator puts a candidate on legal hold, releases the hold and erases the candidate.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { Member } from './wecom'

test('hold and erasure of a candidate', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  const report = new AccessibilityReport()
  await page.goto(`${demo.product}/candidates`)
  const created = await page.evaluate(async () => {
    const body = JSON.stringify({ name: '万一去', email: 'wan@example.com', note: '现居杭州' })
    return (await fetch('/api/candidates', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })).status
  })
  expect(created).toBe(201)
  await page.reload()
  const row = page.getByRole('row', { name: /万一去/ })
  await row.getByRole('button', { name: '编辑' }).click()
  await page.getByRole('dialog', { name: '编辑候选人' }).getByRole('button', { name: /彻底删除候选人/ }).click()
  const drawer = page.getByRole('dialog', { name: '删除 万一去' })
  const erase = drawer.getByRole('button', { name: '彻底删除' })

  await test.step('a candidate on hold cannot be erased', async () => {
    await report.check(page, 'erasure of a candidate')
    await drawer.getByRole('textbox', { name: '保留原因' }).fill('劳动仲裁')
    await drawer.getByRole('button', { name: '设置法律保留' }).click()
    await expect(drawer.getByText('劳动仲裁')).toBeVisible()
    await drawer.getByRole('textbox', { name: /以确认/ }).fill('万一去')
    await expect(erase).toBeDisabled()
    await report.check(page, 'candidate on hold', ['phone'])
    await drawer.getByRole('textbox', { name: '解除原因' }).fill('已结案')
    await drawer.getByRole('button', { name: '解除法律保留' }).click()
    await expect(drawer.getByRole('textbox', { name: '保留原因' })).toBeVisible()
  })

  await test.step('the name confirms the erasure', async () => {
    const confirm = drawer.getByRole('textbox', { name: /以确认/ })
    await confirm.fill('万一')
    await expect(erase).toBeDisabled()
    await confirm.fill('万一去')
    await erase.click()
    await expect(drawer).toBeHidden()
    await expect(row).toBeHidden()
  })

  await test.step('the receipt names no person', async () => {
    await page.goto(`${demo.product}/settings/privacy`)
    const receipts = page.getByRole('table', { name: '候选人删除回执' })
    await expect(receipts.getByRole('row', { name: /林悦/ })).toBeVisible()
    await expect(page.getByText('万一去')).toBeHidden()
    await report.check(page, 'receipts')
    await receipts.getByRole('button', { name: '查看' }).click()
    await expect(page.getByRole('dialog', { name: '删除回执' }).getByText('回执编号')).toBeVisible()
    await report.check(page, 'receipt')
  })
  expect(report.faults).toEqual([])
  await administrator.close()
})
