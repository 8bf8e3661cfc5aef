// The quality of a question: its solution and wrong variants run against its test cases, a weak case is
// found and mended, and a review date marks the question in the list.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, findCutTexts, WECOM_WIDTH } from './layout'
import { Member } from './wecom'

const title = '成年判断'

test('a question is checked, and its weak test cases are mended', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const report = new AccessibilityReport()
  const page = await recruiter.openApp()
  await page.goto(demo.product)
  const row = page.getByRole('row', { name: new RegExp(title) })

  await test.step('the recruiter imports a question with one case', async () => {
    await openPage(page, '/questions')
    await importQuestion(page, [{ name: '成年', input: '[30]', expected: 'true' }])
  })

  await test.step('a check finds the missing case', async () => {
    await page.getByRole('button', { name: title, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('质量', { exact: true }).click()
    await expect(dialog.getByText('第 1 版尚未检查。')).toBeVisible()
    await dialog.getByRole('button', { name: '立即检查' }).click()
    await expect(dialog.getByText('全部通过')).toBeVisible({ timeout: 120_000 })
    await expect(dialog.getByText('2 个错误变体中有 2 个通过了全部用例。')).toBeVisible()
    await expect(dialog.getByText('请补充检验第 2 行边界的用例。')).toBeVisible()
    await expect(dialog.locator('ins').first()).toContainText('return age')
    await report.check(page, 'quality of a question')
    await checkWidths(page, 'quality')
    await dialog.getByRole('button', { name: '关闭' }).click()
    await expect(row.getByText('测试用例偏弱')).toBeVisible()
  })

  await test.step('with further cases all variants fail', async () => {
    await importQuestion(page, [{ name: '成年', input: '[30]', expected: 'true' }, { name: '边界', input: '[18]', expected: 'true', hidden: true }])
    await expect(row.getByText('测试用例偏弱')).toHaveCount(0) // the new version is not checked
    await page.getByRole('button', { name: title, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('质量', { exact: true }).click()
    await dialog.getByRole('button', { name: '立即检查' }).click()
    await expect(dialog.getByText('2 个错误变体全部未通过。')).toBeVisible({ timeout: 120_000 })
    await expect(dialog.getByText('没有隐藏用例时会有 2 个通过。')).toBeVisible()
  })

  await test.step('an overdue review is in the list of questions that need attention', async () => {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('复查或停用日期').fill('2020-01-31')
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('已保存复查日期')).toBeVisible()
    await dialog.getByRole('button', { name: '关闭' }).click()
    const filter = page.getByRole('checkbox', { name: '只看需要处理的' })
    await filter.focus()
    await page.keyboard.press('Space')
    await expect(row.getByText('复查逾期')).toBeVisible()
    await expect(page.getByRole('row', { name: /LRU 缓存/ })).toHaveCount(0)
    await report.check(page, 'questions that need attention', ['wecom'])
    await page.setViewportSize({ width: WECOM_WIDTH, height: 720 })
    expect(await findCutTexts(page.locator('.hm-table td button, .hm-page__head button'))).toEqual([])
    await checkWidths(page, 'list')
    await row.getByRole('button', { name: /质量检查：复查逾期/ }).press('Enter')
    await expect(page.getByRole('dialog').getByText('质量检查', { exact: true })).toBeVisible()
  })

  expect(report.faults).toEqual([])
  await recruiter.close()
})

/** Imports the question with these test cases, as a new one or as a version. */
async function importQuestion(page: Page, cases: object[]): Promise<void> {
  const question = {
    id: 'adult', title, body: '判断是否成年。', solutions: [{ language: 'python', code: 'def adult(age):\n    return age >= 18\n' }],
    tests: { mode: 'function', function: 'adult', comparison: 'exact', cases },
  }
  const body = JSON.stringify({ format: 'huimian-questions', version: 1, questions: [question] })
  await page.getByRole('button', { name: '导入', exact: true }).click()
  await page.getByRole('dialog').getByLabel('选择文件').setInputFiles({ name: 'questions.json', mimeType: 'application/json', buffer: Buffer.from(body) })
  await page.getByRole('button', { name: '导入 1 道题目' }).click()
  await expect(page.getByText('已导入 1 道题目').first()).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}
