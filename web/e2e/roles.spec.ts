// An administrator names the hiring managers of a position and of a department, and a coordinator. The hiring manager sees the candidates of
// that position only, and the page of who can see a candidate names both with their reasons.

import { AccessibilityReport } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { chooseOption } from './showmebug'
import { Member } from './wecom'

test('roles, hiring managers and who can see a candidate', async ({ browser, demo }, info) => {
  test.skip(info.project.name !== 'sqlite', 'the database makes no difference to these pages')
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  const report = new AccessibilityReport()

  await test.step('a hiring manager of a position', async () => {
    await page.goto(`${demo.product}/positions`)
    await page.getByRole('button', { name: '设置高级后端工程师的用人经理' }).click()
    const editor = page.getByRole('dialog', { name: '高级后端工程师的用人经理' })
    await chooseOption(page, '添加用人经理', '徐晴', /徐晴/)
    await expect(editor.getByRole('list', { name: '用人经理' })).toContainText('徐晴')
    await report.check(page, 'the hiring managers of a position', ['desktop'])
    await checkWidths(page, 'hiring-managers')
    await editor.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('用人经理已保存')).toBeVisible()
  })

  await test.step('a hiring manager of a department', async () => {
    await page.goto(`${demo.product}/settings`)
    const table = page.getByRole('table', { name: '部门的用人经理' })
    await table.getByRole('button', { name: '设置研发部的用人经理' }).click()
    const editor = page.getByRole('dialog', { name: '研发部的用人经理' })
    await chooseOption(page, '添加用人经理', '吴昊', /吴昊/)
    await expect(editor.getByRole('list', { name: '用人经理' })).toContainText('吴昊')
    await editor.getByRole('button', { name: '保存' }).click()
    await expect(table.getByRole('row', { name: /研发部/ })).toContainText('吴昊')
    await report.check(page, 'the hiring managers of departments', ['desktop'])
    await table.scrollIntoViewIfNeeded()
    await checkWidths(page, 'hiring-departments')
  })

  await test.step('a coordinator', async () => {
    await page.goto(`${demo.product}/settings`)
    await page.getByRole('searchbox').first().fill('唐毅')
    await page.getByRole('row', { name: /唐毅/ }).getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('checkbox', { name: /面试协调员/ }).check()
    await report.check(page, 'the roles of a member', ['desktop'])
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(page.getByRole('row', { name: /唐毅/ })).toContainText('面试协调员')
  })

  await test.step('who can see a candidate', async () => {
    await page.goto(`${demo.product}/candidates?position=`)
    const row = page.getByRole('row').filter({ hasText: '高级后端工程师' }).first()
    await row.getByRole('button', { name: '谁能看到' }).click()
    const viewers = page.getByRole('list', { name: '能看到的成员' })
    await expect(viewers.getByRole('listitem').filter({ hasText: '徐晴' }).first()).toContainText('高级后端工程师的用人经理')
    await expect(viewers.getByRole('listitem').filter({ hasText: '吴昊' }).first()).toContainText('高级后端工程师的用人经理（研发部）')
    await expect(viewers.getByRole('listitem').filter({ hasText: '唐毅' }).first()).toContainText('面试协调员')
    await report.check(page, 'who can see a candidate', ['desktop'])
    await checkWidths(page, 'viewers')
    await page.getByRole('searchbox', { name: '按姓名、拼音或账号查找' }).fill('徐晴')
    await expect(viewers.getByText('林悦')).toHaveCount(0)
  })

  await test.step('the hiring manager sees these candidates only', async () => {
    const manager = await Member.open(browser, demo, 'XuQing', '徐晴')
    const own = await manager.openApp()
    await own.goto(`${demo.product}/candidates`)
    await expect(own.getByRole('row').filter({ hasText: '高级后端工程师' }).first()).toBeVisible()
    await expect(own.getByText('@')).toHaveCount(0)
    await report.check(own, 'the candidates of a hiring manager', ['desktop'])
    await own.goto(`${demo.product}/positions`)
    await expect(own.getByText('高级后端工程师')).toBeVisible()
    await expect(own.getByRole('button', { name: /用人经理/ })).toHaveCount(0)
    await manager.close()
  })

  await test.step('all are removed again', async () => {
    const closed = await page.request.get(`${demo.product}/api/positions`)
    const { items } = (await closed.json()) as { items: { id: string; title: string }[] }
    const id = items.find(({ title }) => title === '高级后端工程师')?.id
    await page.request.put(`${demo.product}/api/positions/${id}/hiring-managers`, { data: { userIds: [], version: 0 }, headers: { Origin: demo.product } })
    await page.request.put(`${demo.product}/api/settings/hiring/departments`, { data: { department: '研发部', userIds: [], version: 0 }, headers: { Origin: demo.product } })
    await page.request.put(`${demo.product}/api/members/TangYi/roles`, { data: { roles: ['interviewer'] }, headers: { Origin: demo.product } })
  })
  await administrator.close()
  expect(report.faults).toEqual([])
})
