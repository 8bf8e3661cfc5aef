// Choices that the browser keeps: the theme, and the settings of the editor.

import { expect, test } from './demo'
import { findCutTexts, WECOM_WIDTH } from './layout'
import { Room } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

test('theme, font size and key bindings survive a reload', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const { id } = await scheduleInterview(page)
  const theme = () => page.locator('html').getAttribute('theme-mode')

  await page.goto(`${demo.product}/room/${id}`)
  const room = new Room(page)
  await room.waitUntilConnected()
  await test.step('the window of WeCom does not cut the buttons beside the editor', async () => {
    const size = page.viewportSize()
    await page.getByRole('combobox', { name: '题目' }).selectOption({ label: '两数之和' })
    await page.getByRole('button', { name: '展示给候选人' }).click()
    await room.chooseLanguage(/^C\+\+/) // the question has starter code in other languages
    await page.setViewportSize({ width: WECOM_WIDTH, height: 720 })
    const starters = page.getByRole('button', { name: /填入初始代码（/ })
    await expect(starters.filter({ hasText: 'Node.js' })).toBeVisible()
    expect(await findCutTexts(starters)).toEqual([])
    if (size) await page.setViewportSize(size)
  })

  await room.replaceCode('first\nsecond')
  expect(await theme()).toBe('light')
  const before = await fontSize(room)

  await page.getByRole('button', { name: '编辑器设置' }).click()
  const dialog = page.getByRole('dialog', { name: '编辑器设置' })
  await dialog.getByLabel('字号').selectOption({ label: '20 像素' })
  await dialog.getByLabel('快捷键').selectOption({ label: 'Vim' })
  await dialog.getByLabel('外观').selectOption({ label: '深色' })
  await page.keyboard.press('Escape')
  expect(await theme()).toBe('dark')
  expect(before).toBe('14px')
  expect(await fontSize(room)).toBe('20px')

  await page.reload()
  await room.waitUntilConnected()
  expect(await theme()).toBe('dark')
  expect(await fontSize(room)).toBe('20px')
  await expect(page.locator('.cm-vim-panel')).toBeVisible()
  await room.code.click()
  await page.keyboard.type('ggddp') // deletes the first line and puts it after the second
  await expect.poll(() => room.codeText()).toBe('second\nfirst')

  const other = await page.context().newPage() // a choice takes effect in all tabs
  await other.goto(`${demo.product}/settings`)
  await other.getByLabel('外观').selectOption({ label: '浅色' })
  await expect.poll(theme).toBe('light')
  await recruiter.close()
})

function fontSize(room: Room): Promise<string> {
  return room.code.evaluate((element) => getComputedStyle(element).fontSize)
}
