// An answer in HTML, CSS and JavaScript: each participant has the page in an isolated frame, which follows the edits of all.

import type { FrameLocator, Locator, Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { admitCandidate, openMembers, openRoomPages, Room } from './room'
import { scheduleInterview } from './schedule'

const DAY = 151 // from today, when no interview of other tests is
const HOSTILE_DAY = 152

const page = `<!doctype html>
<html>
<head><meta charset="utf-8"><title>计数</title><link rel="stylesheet" href="style.css"></head>
<body>
<h1>计数器</h1>
<form id="form"><input name="step" value="2" aria-label="步长"><button>增加</button></form>
<output id="count">0</output>
<script src="script.js"></script>
</body>
</html>`
const script = `let count = 0
form.onsubmit = (event) => {
  event.preventDefault()
  count += Number(new FormData(form).get('step'))
  document.querySelector('#count').textContent = count
  console.log('count', { count })
  if (count > 3) throw new Error('too many')
}`

test('the preview of a page', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('a page has three files and no programs', async () => {
    await admitCandidate(ours, theirs, { id, link })
    await ours.chooseLanguage(/^HTML/)
    await theirs.waitForLanguage(/^HTML/)
    for (const room of [ours, theirs]) {
      await expect(fileTab(room, 'script.js')).toBeVisible()
      await expect(room.page.getByRole('button', { name: '预览', exact: true })).toBeVisible()
      for (const name of ['运行', '在终端中运行']) await expect(room.page.getByRole('button', { name, exact: true })).toHaveCount(0)
    }
  })

  await test.step('the pages of both follow the edits of both', async () => {
    await ours.replaceCode(page)
    for (const room of [ours, theirs]) await expect(frameOf(room).getByRole('heading')).toHaveText('计数器')
    await editFile(theirs, 'style.css', 'h1 { color: rgb(0, 82, 217) }')
    for (const room of [ours, theirs]) await expect(frameOf(room).getByRole('heading')).toHaveCSS('color', 'rgb(0, 82, 217)')
    await editFile(theirs, 'script.js', script)
    await expect(fileTab(ours, 'script.js')).toBeVisible()
  })

  await test.step('each uses a page of their own, and has its console', async () => {
    await expect(async () => {
      await frameOf(theirs).getByRole('button', { name: '增加' }).click()
      await expect(frameOf(theirs).locator('#count')).toHaveText('2', { timeout: 1_000 })
    }).toPass()
    await expect(consoleOf(theirs)).toContainText('count {count: 2}')
    await frameOf(theirs).getByRole('button', { name: '增加' }).click()
    await expect(consoleOf(theirs)).toContainText('Uncaught Error: too many')
    await expect(consoleOf(theirs)).toContainText('script.js:7')
    await expect(frameOf(ours).locator('#count')).toHaveText('0')
    await expect(consoleOf(ours)).not.toContainText('count')
  })

  await test.step('a preview that does not follow edits is refreshed by hand', async () => {
    await guest.getByRole('checkbox', { name: '自动刷新' }).uncheck()
    await editFile(ours, 'style.css', 'h1 { color: rgb(201, 53, 63) }')
    await expect(frameOf(ours).getByRole('heading')).toHaveCSS('color', 'rgb(201, 53, 63)')
    await fileTab(theirs, 'style.css').click()
    await expect.poll(() => theirs.codeText()).toContain('201')
    await expect(frameOf(theirs).getByRole('heading')).toHaveCSS('color', 'rgb(0, 82, 217)')
    await guest.getByRole('button', { name: '刷新' }).click()
    await expect(frameOf(theirs).getByRole('heading')).toHaveCSS('color', 'rgb(201, 53, 63)')
    await guest.getByRole('checkbox', { name: '自动刷新' }).check()
  })

  await test.step('names without a file are reported, and the page stops', async () => {
    await editFile(ours, 'index.html', page.replace('script.js', 'skript.js'))
    await expect(consoleOf(ours)).toContainText('文件不存在：skript.js')
    await editFile(ours, 'index.html', page)
    await expect(consoleOf(ours)).not.toContainText('skript.js')
    await ours.page.getByRole('button', { name: '停止' }).click()
    await expect(ours.page.locator('.preview iframe')).toHaveCount(0)
    await expect(ours.page.getByText('已停止')).toBeVisible()
    await ours.page.getByRole('button', { name: '预览', exact: true }).click()
    await expect(frameOf(ours).getByRole('heading')).toHaveText('计数器')
  })

  await test.step('widths of the page, and of the room', async () => {
    const width = ours.page.getByRole('combobox', { name: '页面宽度' })
    await width.selectOption('390')
    await expect.poll(() => ours.page.locator('.preview iframe').evaluate((frame) => frame.clientWidth)).toBe(390)
    await report.check(ours.page, 'preview of a page')
    await checkWidths(ours.page, 'preview', async (size) => {
      if (size === 390) await ours.page.getByRole('tab', { name: '预览' }).click()
    })
    await width.selectOption('fit')
  })

  await test.step('the replay has the page at each moment', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await openPage(ours.page, `/interviews/${id}/replay`)
    await ours.page.getByRole('tab', { name: '预览' }).click()
    await ours.page.getByRole('slider', { name: '播放位置' }).press('End')
    await expect(frameOf(ours).getByRole('heading')).toHaveText('计数器')
    await report.check(ours.page, 'replay of a page', ['desktop'])
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

const attempts = `
const attempt = (name, run) => { try { console.log(name + ' = ' + String(run())) } catch (error) { console.log(name + ' ! ' + error.name) } }
attempt('origin', () => self.origin)
attempt('parent', () => parent.document.title)
attempt('top', () => { top.location.href = '/stolen' })
attempt('open', () => window.open('/stolen'))
attempt('local', () => localStorage.length)
attempt('session', () => sessionStorage.length)
attempt('cookie', () => document.cookie)
attempt('alert', () => alert('hello'))
attempt('confirm', () => confirm('sure?'))
attempt('rtc', () => typeof RTCPeerConnection)
fetch('/api/session').then(() => console.log('fetch = ok'), (error) => console.log('fetch ! ' + error.name))
navigator.geolocation.getCurrentPosition(() => console.log('place = ok'), () => console.log('place ! denied'))
new Image().src = '/api/session?image'
const inner = document.createElement('iframe'); inner.src = '/'; document.body.append(inner)
const form = document.createElement('form'); form.method = 'post'; form.action = '/api/session?form'; document.body.append(form); form.submit()
parent.postMessage({ type: 'preview-ready' }, '*')
parent.postMessage({ type: 'console', entries: [{ level: 'log', text: 'forged' }], dropped: 0 }, '*')
console.log('<img src=x onerror=alert(1)>')
`

test('a page that attacks the room', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const { id, link } = await scheduleInterview(desk, { minutes: HOSTILE_DAY * 24 * 60 })
  // Its frames have processes of their own, as in installed browsers.
  const isolating = await browser.browserType().launch({ executablePath: process.env.HUIMIAN_CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--site-per-process'] })
  const { ours } = await openRoomPages(browser, interviewer)
  const guest = await (await isolating.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage()
  const theirs = new Room(guest)
  await admitCandidate(ours, theirs, { id, link })
  await ours.chooseLanguage(/^HTML/)
  await theirs.waitForLanguage(/^HTML/)
  await expect(fileTab(ours, 'script.js')).toBeVisible()
  const answered: string[] = []
  for (const room of [ours, theirs]) room.page.on('response', (response) => answered.push(response.url()))
  const dialogs: string[] = []
  for (const room of [ours, theirs]) room.page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss() })
  const writePage = async (code: string) => {
    await ours.replaceCode(`<!doctype html><body><p>页面</p><script>${code}</script></body>`)
  }

  await test.step('it reaches neither the room nor the network', async () => {
    await writePage(attempts)
    for (const room of [ours, theirs]) {
      const { page: itself } = room
      const address = itself.url()
      for (const line of ['origin = null', 'parent ! SecurityError', 'top ! SecurityError', 'open = null', 'local ! SecurityError', 'session ! SecurityError', 'cookie ! SecurityError', 'alert：hello', 'confirm = false', 'rtc = undefined', 'fetch ! TypeError', 'place ! denied', '<img src=x onerror=alert(1)>']) {
        await expect(consoleOf(room)).toContainText(line)
      }
      await expect(consoleOf(room)).toContainText('已拦截，页面不能访问网络：form-action')
      await expect(consoleOf(room)).not.toContainText('forged')
      await expect(consoleOf(room).locator('img')).toHaveCount(0)
      expect(itself.url()).toBe(address)
    }
    expect(answered.filter((url) => /session\?|stolen/.test(url))).toEqual([])
    expect(guest.context().pages()).toHaveLength(1)
    expect(dialogs).toEqual([])
  })

  await test.step('it cannot leave its frame for another address', async () => {
    await writePage(`location.href = '/api/session'`)
    for (const room of [ours, theirs]) await expect(frameOf(room).getByText('页面')).toHaveCount(0)
    await expect(ours.page.getByText('已连接')).toBeVisible()
  })

  await test.step('a loop without an end stops', async () => {
    await writePage(`console.log('before'); while (true) {}`)
    for (const room of [ours, theirs]) await expect(consoleOf(room)).toContainText('the loop was stopped')
    await ours.page.getByRole('tab', { name: '聊天' }).click()
    await theirs.sendChat('还在')
    await expect(ours.page.getByText('还在')).toBeVisible()
  })

  // Code of eval has no checks in its loops. In a browser without a process for the frame it would block the room.
  await test.step('a page that does not respond is removed, and is not shown again by itself', async () => {
    await ours.page.getByRole('checkbox', { name: '自动刷新' }).uncheck()
    await writePage(`eval('for (;;) ;')`)
    await expect.poll(() => theirs.codeText()).toContain('eval')
    await expect(guest.locator('.preview iframe')).toHaveCount(1)
    await theirs.sendChat('页面卡住')
    await expect(ours.page.getByText('页面卡住')).toBeVisible()
    await expect(guest.getByText('页面 5 秒没有响应')).toBeVisible()
    await expect(guest.locator('.preview iframe')).toHaveCount(0)
    await writePage(`document.body.append('好了')`)
    await expect.poll(() => theirs.codeText()).toContain('好了')
    await guest.getByRole('button', { name: '刷新' }).click()
    await expect(async () => {
      await guest.getByRole('button', { name: '刷新' }).click()
      await expect(frameOf(theirs).getByText('好了')).toBeVisible({ timeout: 3_000 })
    }).toPass()
  })

  await test.step('a page that sends messages without an end is removed', async () => {
    await writePage(`setInterval(() => { for (let i = 0; i < 1000; i++) parent.postMessage('x'.repeat(1000), '*') }, 50)`)
    await expect(guest.getByText('页面发送的消息过多')).toBeVisible()
    await theirs.sendChat('还能聊天')
    await expect(ours.page.getByText('还能聊天')).toBeVisible()
  })
  await Promise.all([recruiter.close(), interviewer.close(), isolating.close()])
})

const frameOf = ({ page: itself }: Room): FrameLocator => itself.frameLocator('.preview iframe')
const consoleOf = ({ page: itself }: Room): Locator => itself.getByRole('log', { name: '控制台' })
const fileTab = ({ page: itself }: { page: Page }, name: string): Locator => itself.getByRole('tab', { name })

/** Replaces the text of a file. */
async function editFile(room: Room, name: string, text: string): Promise<void> {
  await fileTab(room, name).click()
  await expect(fileTab(room, name)).toHaveAttribute('aria-selected', 'true')
  await room.replaceCode(text)
}
