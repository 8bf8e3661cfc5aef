// A recruiter imports candidates and interviews from a spreadsheet.

import { expect, test } from './demo'
import { Member } from './wecom'

test('candidates and interviews from spreadsheets', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()

  await test.step('candidates, one of them invalid', async () => {
    await page.getByRole('link', { name: '候选人', exact: true }).click()
    await page.getByRole('link', { name: '导入', exact: true }).click()
    await page.getByLabel(/选择文件/).setInputFiles(csvFile('姓名,邮箱,职位,工号\n顾南星,gu@example.com,图形工程师,7\n贺知秋,不是邮箱,图形工程师,8\n'))
    await expect(page.getByText('0 行可以导入；1 行有警告；1 行有错误，不会导入')).toBeVisible()
    await expect(page.getByText('无法识别的列，将忽略：工号')).toBeVisible()
    await expect(page.getByRole('row', { name: /贺知秋/ })).toContainText('错误')
    await expect(page.getByText('职位“图形工程师”不存在，将会新建。').first()).toBeVisible()
    await page.getByLabel('有警告的行也导入').check()
    await page.getByRole('button', { name: '导入 1 行' }).click()
    await expect(page.getByText('已新增 1 位候选人')).toBeVisible()
    await page.getByRole('main').getByRole('link', { name: '候选人', exact: true }).last().click()
    await expect(page.getByRole('row', { name: /顾南星/ })).toContainText('图形工程师')
  })

  await test.step('an interview with the same candidate', async () => {
    const day = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10)
    await page.getByRole('link', { name: '面试', exact: true }).click()
    await expect(page.getByRole('heading', { name: '面试', exact: true, level: 1 })).toBeVisible() // the page before has a link 导入 too
    await page.getByRole('link', { name: '导入', exact: true }).click()
    await page.getByLabel(/选择文件/).setInputFiles(csvFile(`候选人,邮箱,日期,时间,面试官\n顾南星,gu@example.com,${day},晚上9:30,周航\n顾南星,gu@example.com,${day},下午,没有这个人\n`))
    await expect(page.getByText('找不到面试官“没有这个人”')).toBeVisible()
    await page.getByRole('button', { name: '导入 1 行' }).click()
    await expect(page.getByText('已安排 1 场面试')).toBeVisible()
  })

  await test.step('a namesake and a mistyped position are chosen', async () => {
    const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
    await page.getByRole('button', { name: '换一个文件' }).click()
    await page.getByLabel(/选择文件/).setInputFiles(csvFile(`候选人,职位,日期,时间,面试官\n顾南星,图形工程帅,${day},晚上9:30,周航\n`))
    await expect(page.getByText('0 行可以导入；1 行有警告', { exact: false })).toBeVisible()
    const row = page.getByRole('row', { name: /顾南星/ })
    await row.getByLabel('第 2 行的候选人').selectOption({ label: '顾南星 · gu@example.com · 图形工程师' })
    await page.getByLabel(/图形工程帅.*您要找的是/).selectOption({ label: '图形工程师' })
    await page.getByRole('button', { name: '导入 1 行' }).click()
    await expect(page.getByText('已安排 1 场面试')).toBeVisible()
  })
  await recruiter.close()
})

function csvFile(text: string) {
  return { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
}
