// Questions are added from the library, imported from a file, exported, changed
// outside and imported again, after a preview.

import { readFileSync } from 'node:fs'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, findCutTexts, WECOM_WIDTH } from './layout'
import { Member } from './wecom'

const title = '滑动窗口最大值'

test('questions from a file and back', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const report = new AccessibilityReport()
  const page = await recruiter.openApp()
  await page.goto(demo.product)
  await openPage(page, '/questions')

  const choose = async (document: unknown) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document)
    await page.getByRole('dialog').getByLabel(/选择(其他)?文件/).setInputFiles({ name: 'questions.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  }
  const file = (question: Record<string, unknown>) => ({ format: 'huimian-questions', version: 1, questions: [question] })

  await test.step('questions of the library are filtered, previewed and added', async () => {
    await page.getByRole('button', { name: '添加内置题目' }).click()
    const library = page.getByRole('dialog', { name: '内置题目' })
    await library.getByRole('searchbox', { name: '搜索题目' }).fill('工牌')
    await expect(library.getByRole('row', { name: /工牌号段/ })).toContainText('已添加') // by the sample company
    await expect(library.getByRole('checkbox', { name: '选择“工牌号段”' })).toBeDisabled()
    await library.getByRole('searchbox', { name: '搜索题目' }).fill('')
    await library.getByRole('combobox', { name: '题型' }).selectOption({ label: 'SQL' })
    await library.getByRole('checkbox', { name: '选择列出的 7 道' }).check()
    await library.getByRole('checkbox', { name: '选择“连续登录”' }).uncheck()
    await report.check(page, 'library of questions')
    await checkWidths(page, 'library')
    await library.getByRole('button', { name: '连续登录', exact: true }).click()
    const preview = page.getByRole('dialog', { name: '连续登录' })
    await expect(preview.getByText('间隙与岛屿')).toBeVisible()
    await report.check(page, 'preview of a question of the library', ['phone'])
    await checkWidths(page, 'library-preview')
    await preview.getByRole('button', { name: '返回内置题目' }).click()
    await library.getByRole('button', { name: '添加 6 道题目' }).click()
    await expect(page.getByText('已添加 6 道题目')).toBeVisible()
    await expect(page.getByRole('button', { name: '余额何时为负', exact: true })).toBeVisible()
    await page.getByRole('button', { name: '添加内置题目' }).click()
    await library.getByText('English', { exact: true }).click()
    await expect(library.getByRole('button', { name: 'Login streaks', exact: true })).toBeVisible()
    await expect(library.getByText('已添加')).toHaveCount(0)
    await library.getByRole('button', { name: '关闭' }).click()
  })

  await test.step('all errors of a file are listed, and none is imported', async () => {
    await page.getByRole('button', { name: '导入', exact: true }).click()
    await choose(file({ id: 'sliding-window', titel: title, tests: { cases: [{ input: 1, expected: '' }] } }))
    const errors = page.getByRole('table', { name: '文件中的错误' })
    await expect(errors.getByRole('row', { name: /questions\[0\]\.titel/ })).toContainText('未知字段')
    await expect(errors.getByRole('row', { name: /tests\.cases\[0\]\.input/ })).toContainText('应为文本')
    await expect(errors.getByRole('row', { name: /questions\[0\]\.body/ })).toBeVisible()
    await expect(page.getByRole('button', { name: '导入 0 道题目' })).toBeDisabled()
    await report.check(page, 'errors of a file with questions')
    await checkWidths(page, 'errors')
  })

  await test.step('a new question is previewed and imported', async () => {
    await choose(file({ id: 'sliding-window', title, body: '给定一个数组…', tags: ['队列'], solutions: [{ language: 'python', code: 'pass\n' }] }))
    const changes = page.getByRole('table', { name: '文件中的题目' })
    await expect(changes.getByRole('row', { name: new RegExp(title) })).toContainText('新增')
    await expect(page.getByText('新增 1 道')).toBeVisible()
    await page.getByRole('button', { name: '导入 1 道题目' }).click()
    await expect(page.getByText('已导入 1 道题目')).toBeVisible()
    await expect(page.getByRole('button', { name: title, exact: true })).toBeVisible()
  })

  await test.step('the selected question is exported, changed and imported as a version', async () => {
    await page.getByRole('checkbox', { name: `选择“${title}”` }).check()
    await page.getByRole('button', { name: '导出', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('radio', { name: '已选 1 道' })).toBeChecked()
    await report.check(page, 'export of questions', ['phone'])
    await checkWidths(page, 'export')
    await dialog.getByText('JSON', { exact: true }).click()
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name: '下载' }).click()])
    const exported = readFileSync(await download.path(), 'utf8')
    expect(exported).toContain('"id": "sliding-window"')
    await dialog.getByRole('button', { name: '关闭' }).click()

    await page.getByRole('button', { name: '导入', exact: true }).click()
    await choose(exported)
    await expect(page.getByText('无变化 1 道')).toBeVisible()
    await expect(page.getByRole('button', { name: '导入 0 道题目' })).toBeDisabled()
    await choose(exported.replace('给定一个数组…', '给定一个整数数组…'))
    await expect(page.getByRole('table', { name: '文件中的题目' }).getByRole('row', { name: new RegExp(title) })).toContainText('题目内容')
    await report.check(page, 'preview of an import of questions', ['desktop'])
    await checkWidths(page, 'preview')
    await page.getByRole('button', { name: '导入 1 道题目' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await page.getByRole('row', { name: new RegExp(title) }).getByRole('button', { name: '版本' }).click()
    await expect(page.getByRole('dialog').getByText('第 2 版')).toBeVisible()
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
  })

  await test.step('no text of the page is cut', async () => {
    await report.check(page, 'question bank with a selection', ['wecom'])
    await page.setViewportSize({ width: WECOM_WIDTH, height: 720 })
    expect(await findCutTexts(page.locator('.hm-table td button, .hm-page__head button'))).toEqual([])
    await checkWidths(page, 'list')
  })

  expect(report.faults).toEqual([])
})
