// An administrator changes the invitation with a preview; the candidate's mail has the new text, and the history the old one.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAYS_AHEAD = 97

test('a template of the invitation', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  const report = new AccessibilityReport()
  const preview = page.getByRole('region', { name: '预览' })
  const templates = page.getByRole('region', { name: '邮件模板' })
  const body = page.getByLabel('正文')

  await test.step('the preview follows the text, and errors stand at the field', async () => {
    await openPage(page, '/settings/mail')
    await expect(preview.getByText('赵一鸣，您好：')).toBeVisible()
    await page.getByLabel('主题').fill('{{company}}期待与您见面')
    await body.fill('{{candidate}}，你好！\n\n{{time}}见。\n{{link}}\n\n{{salary}}')
    await expect(page.getByText(/没有占位符 \{\{salary\}\}/)).toBeVisible()
    await expect(preview.getByText('修正文本后显示预览。')).toBeVisible()
    await report.check(page, 'an invalid template', ['desktop', 'phone'])
    await body.fill('{{candidate}}，你好！\n\n{{time}}见。\n\n')
    await expect(page.getByText(/正文缺少 \{\{link\}\}/)).toBeVisible()
    await page.getByRole('button', { name: '专属链接（必需）' }).press('Enter')
    await expect(body).toHaveValue('{{candidate}}，你好！\n\n{{time}}见。\n\n{{link}}')
    await expect(body).toBeFocused()
    await expect(preview.getByText('赵一鸣，你好！')).toBeVisible()
    await expect(preview.getByText(/期待与您见面/)).toBeVisible()
    await report.check(page, 'a template', ['desktop', 'phone', 'wecom'])
    await checkWidths(page, 'template')
  })

  await test.step('the next invitation has the text', async () => {
    await templates.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText(/已保存，之后发送的邮件使用新文本/)).toBeVisible()
    await expect(page.getByText(/第 2 版，林悦于/)).toBeVisible()
    await scheduleInterview(page, { minutes: DAYS_AHEAD * 24 * 60, newCandidate: { name: '钱进', email: 'qian.jin@example.com' } })
    const mailbox = await (await browser.newContext({ locale: 'zh-CN' })).newPage()
    await expect(async () => {
      await mailbox.goto(`${demo.wecom}/mailbox`)
      await expect(mailbox.getByText(/期待与您见面/).first()).toBeVisible({ timeout: 1000 })
    }).toPass({ timeout: 30_000 })
    await mailbox.context().close()
  })

  await test.step('another administrator has saved meanwhile', async () => {
    await openPage(page, '/settings/mail')
    await page.getByLabel('主题').fill('我的主题')
    await page.evaluate(async () => {
      const path = '/api/settings/mail-templates/invite'
      const stored = (await (await fetch(path)).json()) as Record<string, unknown>
      await fetch(path, {
        method: 'PUT', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ zh: stored['zh'], ja: stored['ja'], version: stored['version'], en: { subject: 'Welcome', body: '{{time}} {{link}}' } }),
      })
    })
    await templates.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText(/其他管理员刚刚保存了这个模板/)).toBeVisible()
    await page.getByText('English', { exact: true }).click()
    await expect(page.getByLabel('主题')).toHaveValue('Welcome')
    await page.getByText('简体中文', { exact: true }).click()
    await expect(page.getByLabel('主题')).toHaveValue('我的主题')
  })

  await test.step('an unsaved change is not lost by choosing another mail', async () => {
    await page.getByLabel('邮件', { exact: true }).selectOption('cancelled')
    const dialog = page.getByRole('dialog', { name: '放弃修改？' })
    await dialog.getByRole('button', { name: '返回' }).click()
    await expect(page.getByLabel('主题')).toHaveValue('我的主题')
    await page.getByLabel('邮件', { exact: true }).selectOption('cancelled')
    await dialog.getByRole('button', { name: '放弃' }).click()
    await expect(page.getByLabel('主题')).toHaveValue(/面试已取消/)
  })

  await test.step('the history, and the text of the program', async () => {
    await page.getByLabel('邮件', { exact: true }).selectOption('invite')
    await page.getByText('历史版本').click()
    await page.getByRole('button', { name: '载入第 2 版' }).click()
    await expect(page.getByLabel('主题')).toHaveValue('{{company}}期待与您见面')
    for (const name of ['简体中文', 'English']) {
      await page.getByText(name, { exact: true }).click()
      await page.getByRole('button', { name: '恢复默认文本' }).click()
    }
    await templates.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText(/第 4 版，林悦于/).first()).toBeVisible()
    await expect(page.getByLabel('邮件', { exact: true }).locator('option:checked')).toHaveText('面试邀请')
  })
  expect(report.faults).toEqual([])
  await administrator.close()
})
