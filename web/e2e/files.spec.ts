// The candidate creates a file, the interviewer edits it at the same time, and the program imports it. Files are
// renamed, uploaded as ZIP, dropped and deleted; both see each change, also after a reload and in the replay.

import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { writeZip } from '../src/room/zip'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, takeScreenshot } from './layout'
import { enterAsCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

const DAY = 123 // from today, when no interview of other tests is

test('several files in an answer', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('an answer begins with one file, whose name follows the language', async () => {
    await guest.goto(link)
    await enterAsCandidate(guest)
    await openPage(ours.page, `/room/${id}`)
    await ours.page.getByRole('button', { name: '允许进入' }).first().click()
    for (const room of [ours, theirs]) await room.waitUntilConnected()
    await ours.chooseLanguage(/^JavaScript/)
    await expect(tabs(guest)).toHaveText(['main.js'])
    await ours.chooseLanguage(/^Python/)
    await expect(tabs(guest)).toHaveText(['main.py'])
  })

  await test.step('the candidate creates a file, and the interviewer edits it', async () => {
    await theirs.replaceCode('from util import add\nprint(add(40, 2))\n')
    await guest.getByRole('button', { name: '新建文件' }).click()
    await guest.getByLabel('文件名').fill('../x.py')
    await expect(guest.getByText('不能以 / 开头或结尾')).toBeVisible()
    await guest.getByLabel('文件名').fill('MAIN.py')
    await expect(guest.getByText('已有同名的文件或文件夹')).toBeVisible()
    await guest.getByLabel('文件名').fill('util.py')
    await guest.keyboard.press('Enter')
    await expect(tab(guest, 'util.py')).toHaveAttribute('aria-selected', 'true')
    await tab(ours.page, 'util.py').click()
    await theirs.replaceCode('def add(a, b):\n    return a + b\n')
    await expect(async () => expect(await ours.codeText()).toContain('return a + b')).toPass()
    await ours.code.click()
    await ours.page.keyboard.press('ControlOrMeta+End')
    await ours.page.keyboard.insertText('# checked')
    await expect(async () => expect(await theirs.codeText()).toContain('# checked')).toPass()
  })

  await test.step('the program runs from its entry, with all files', async () => {
    await theirs.runCode()
    for (const room of [ours, theirs]) await expect(room.lastRun()).toContainText('42')
  })

  await test.step('tabs are chosen by keyboard', async () => {
    await tab(guest, 'util.py').focus()
    await guest.keyboard.press('ArrowLeft')
    await expect(tab(guest, 'main.py')).toBeFocused()
    await expect(async () => expect(await theirs.codeText()).toContain('from util import')).toPass()
  })

  await test.step('the interviewer moves the file and makes another one the entry', async () => {
    const files = await openFiles(ours.page)
    await files.getByRole('button', { name: '重命名 util.py' }).click()
    await ours.page.getByLabel('文件名').fill('lib/util.py')
    await ours.page.keyboard.press('Enter')
    await expect(tabs(guest)).toHaveText([/main\.py/, 'lib/util.py'])
    await files.getByRole('button', { name: '把 lib/util.py 设为入口' }).click()
    await expect(tab(guest, 'lib/util.py')).toContainText('入口')
    await files.getByRole('button', { name: '把 main.py 设为入口' }).click()
    await report.check(ours.page, 'dialog of files', ['desktop']) // another layout closes it
    await files.getByRole('button', { name: '关闭' }).click()
    await report.check(ours.page, 'tabs of files')
    await checkFiles(ours.page)
  })

  await test.step('the candidate uploads a ZIP, which replaces a file after a question', async () => {
    const files = await openFiles(guest)
    const archive = Buffer.from(
      await writeZip([
        { path: 'main.py', bytes: new TextEncoder().encode('from lib.util import add\nprint(open("data/in.txt").read(), add(1, 1))\n') },
        { path: 'data/in.txt', bytes: new TextEncoder().encode('uploaded') },
      ]).arrayBuffer(),
    )
    await files.locator('input[type=file]').setInputFiles({ name: 'answer.zip', mimeType: 'application/zip', buffer: archive })
    await guest.getByRole('button', { name: '替换' }).click()
    await expect(tabs(ours.page)).toHaveText([/main\.py/, 'lib/util.py', 'data/in.txt'])
    await files.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0xff]) })
    await expect(files.getByText('a.png：不是 UTF-8 编码的文本文件')).toBeVisible()
    const [download] = await Promise.all([guest.waitForEvent('download'), files.getByRole('button', { name: '下载 ZIP' }).click()])
    const saved = readFileSync(await download.path())
    for (const path of ['main.py', 'lib/util.py', 'data/in.txt']) expect(saved.includes(path)).toBe(true)
    await files.getByRole('button', { name: '关闭' }).click()
    await theirs.runCode()
    for (const room of [ours, theirs]) await expect(room.lastRun()).toContainText('uploaded 2')
  })

  await test.step('a file is dropped on the editor, and deleted', async () => {
    await dropFile(guest, 'notes.txt', 'remember')
    await expect(tab(ours.page, 'notes.txt')).toBeVisible()
    const files = await openFiles(ours.page)
    await files.getByRole('button', { name: '删除 notes.txt' }).click()
    await ours.page.getByRole('dialog').last().getByRole('button', { name: '删除文件' }).click()
    await expect(tab(guest, 'notes.txt')).toHaveCount(0)
    await files.getByRole('button', { name: '关闭' }).click()
    await guest.reload()
    await theirs.waitUntilConnected()
    await expect(tabs(guest)).toHaveText([/main\.py/, 'lib/util.py', 'data/in.txt'])
  })

  await test.step('the replay and the page of the interview show the files', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await openPage(ours.page, `/interviews/${id}/replay`)
    await expect(ours.page.getByText('把 util.py 改名为 lib/util.py').first()).toBeVisible()
    await ours.page.getByRole('slider', { name: '播放位置' }).press('End')
    await ours.page.getByRole('group', { name: '文件' }).getByRole('button', { name: 'lib/util.py' }).click()
    await expect(ours.page.getByText('return a + b').first()).toBeVisible()
    await report.check(ours.page, 'replay with files')
    await openPage(desk, `/interviews/${id}`)
    await expect(desk.getByRole('region', { name: 'lib/util.py' })).toContainText('return a + b')
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

const tabs = (page: Page) => page.getByRole('tablist', { name: '文件' }).getByRole('tab')

const tab = (page: Page, name: string) => tabs(page).filter({ hasText: name })

async function openFiles(page: Page) {
  await page.getByRole('button', { name: '管理文件' }).click()
  return page.getByRole('dialog', { name: '文件' })
}

async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content], fileName, { type: 'text/plain' }))
      return transfer
    },
    [name, text] as const,
  )
  await page.locator('#room-file-panel').dispatchEvent('drop', { dataTransfer })
}

/** Checks tabs and dialog at each width. */
function checkFiles(page: Page): Promise<void> {
  return checkWidths(page, 'files', async (width) => {
    await takeScreenshot(page, `tabs-${width}`)
    const files = await openFiles(page)
    await expect(files.getByText('lib/util.py')).toBeVisible()
    await takeScreenshot(page, `dialog-${width}`)
    await page.keyboard.press('Escape')
    await expect(files).toHaveCount(0)
  })
}
