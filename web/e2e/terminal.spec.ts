// An interviewer runs the code in a terminal and the candidate types into it: both see what the program prints,
// also after a reload. The interviewer interrupts it, and the replay has the content of the terminal.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths, WECOM_WIDTH } from './layout'
import { admitCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

const DAY = 115 // from today, when no interview of other tests is
const program = 'name = input("name? ")\nprint("\\033[32mhello\\033[0m", name)\nwhile True:\n    print("got", input("next? "))\n'

test('a run in a terminal', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('the interviewer starts the program in a terminal', async () => {
    await admitCandidate(ours, theirs, { id, link })
    await ours.chooseLanguage(/^Python/)
    await theirs.waitForLanguage(/^Python/)
    await theirs.replaceCode(program)
    await expect(async () => expect(await ours.codeText()).toContain('next?')).toPass()
    await ours.page.getByRole('button', { name: '在终端中运行' }).click()
    for (const { page } of [ours, theirs]) await expect(terminalOf(page)).toContainText('name?')
  })

  await test.step('the candidate types, and both see the answer', async () => {
    await inputOf(guest).focus()
    await guest.keyboard.insertText('李雷')
    await guest.keyboard.press('Enter')
    for (const { page } of [ours, theirs]) await expect(terminalOf(page)).toContainText('hello 李雷')
    await inputOf(ours.page).focus()
    await ours.page.keyboard.type('42')
    await ours.page.keyboard.press('Enter')
    for (const { page } of [ours, theirs]) await expect(terminalOf(page)).toContainText('got 42')
  })

  await test.step('the keyboard leaves the terminal', async () => {
    await inputOf(guest).focus()
    await guest.keyboard.press('Tab')
    await expect(inputOf(guest)).toBeFocused()
    await guest.keyboard.press('Escape')
    await guest.keyboard.press('Tab')
    await expect(inputOf(guest)).not.toBeFocused()
  })

  await test.step('a page that is loaded again has the content', async () => {
    await guest.reload()
    await theirs.waitUntilConnected()
    await expect(terminalOf(guest)).toContainText('got 42')
    await checkTerminal(ours.page)
    await report.check(ours.page, 'terminal of an interviewer')
  })

  await test.step('an interrupt ends the program', async () => {
    await inputOf(ours.page).focus()
    await ours.page.keyboard.press('Control+c')
    for (const room of [ours, theirs]) await expect(room.lastRun()).toContainText('已中断')
  })

  await test.step('the candidate opens a shell beside the file, and both type into it', async () => {
    const shell = guest.getByRole('button', { name: /^Bash/ })
    const openMenu = () => // again after a change of the layout, whose panes have menus of their own
      expect(async () => {
        const opener = guest.getByRole('button', { name: '打开 Shell' })
        if ((await opener.getAttribute('aria-expanded')) === 'false') await opener.click()
        await expect(shell).toBeVisible({ timeout: 1_000 })
      }).toPass()
    await checkWidths(guest, 'shell-menu', async (width) => {
      if (width === 390) await guest.getByRole('tab', { name: '输出' }).click()
      await openMenu()
    })
    await openMenu()
    await shell.click()
    for (const { page } of [ours, theirs]) await expect(terminalOf(page)).toContainText('$ ')
    await expect(ours.lastRun()).toContainText(/Bash \S+ Shell/)
    await inputOf(ours.page).focus()
    await ours.page.keyboard.type('grep -c input main.py\n')
    for (const { page } of [ours, theirs]) await expect(terminalOf(page)).toContainText(/main\.py\s*2/)
    await report.check(ours.page, 'shell of an interviewer')
    await inputOf(guest).focus()
    await guest.keyboard.type('exit\n')
    for (const room of [ours, theirs]) await expect(room.lastRun()).toContainText('成功')
  })

  await test.step('the replay has the content of the terminal', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await openPage(ours.page, `/interviews/${id}/replay`)
    await expect(ours.page.getByText(/在终端中运行代码/).first()).toBeVisible()
    await expect(ours.page.getByText(/中断了程序/).first()).toBeVisible()
    await expect(ours.page.getByText(/打开了 Bash \S+ Shell/).first()).toBeVisible()
    await ours.page.getByRole('slider', { name: '播放位置' }).press('End')
    await ours.page.getByRole('tab', { name: '输出' }).click()
    await expect(ours.page.getByRole('article').filter({ hasText: 'hello 李雷' })).toBeVisible()
    await expect(ours.page.getByRole('article').filter({ hasText: 'grep -c input main.py' })).toBeVisible()
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

const terminalOf = (page: Page) => page.getByRole('group', { name: '终端' })

const inputOf = (page: Page) => page.getByRole('textbox', { name: '终端输入' })

/** Checks that the terminal is in sight at each width; WeCom's own in the dark theme. */
function checkTerminal(page: Page): Promise<void> {
  return checkWidths(page, 'interviewer', async (width) => {
    await page.emulateMedia({ colorScheme: width === WECOM_WIDTH ? 'dark' : 'light' })
    if (width === 390) await page.getByRole('tab', { name: '输出' }).click()
    await expect(terminalOf(page)).toContainText('got 42')
  })
}
